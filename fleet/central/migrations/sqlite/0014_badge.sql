-- What stands for somebody's badge: its mark, from which nobody reads its number. Two people never
-- have one.
ALTER TABLE staff ADD COLUMN badge BLOB;
CREATE UNIQUE INDEX staff_badge ON staff (badge);
