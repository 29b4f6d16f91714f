-- Which wards a device had and has no more, and until when; when is in the office book, too.
CREATE TABLE device_ward_left (
    writer  BIGINT NOT NULL REFERENCES device,
    ward    BIGINT NOT NULL,
    left_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, ward)
);

-- Which ward a building was of before it was loaded into another one, in the register's order of
-- changes: devices of the old ward are told that it left them.
CREATE TABLE building_moved (
    id      BIGINT NOT NULL REFERENCES building,
    ward    BIGINT NOT NULL,
    change  BIGINT NOT NULL,
    left_ms BIGINT NOT NULL,
    PRIMARY KEY (id, ward)
);
CREATE INDEX building_moved_change ON building_moved (change);

-- Buildings that one device is sent although they did not change, since their ward became its own:
-- each as a change of the register. A row is gone when the device has read beyond it.
CREATE TABLE device_refill (
    writer   BIGINT NOT NULL REFERENCES device,
    change   BIGINT NOT NULL,
    building BIGINT NOT NULL,
    PRIMARY KEY (writer, change)
);

CREATE INDEX building_ward ON building (ward);

-- A kiosk has no names from now on: those that it has are written over.
INSERT INTO device_refill (writer, change, building)
    SELECT d.writer, h.change + row_number() OVER (PARTITION BY d.writer ORDER BY b.id), b.id
    FROM register_head h CROSS JOIN device d JOIN device_ward w ON w.writer = d.writer
    JOIN building b ON b.ward = w.ward WHERE d.profile = 'kiosk';
UPDATE register_head
    SET change = greatest(change, coalesce((SELECT max(change) FROM device_refill), 0));
