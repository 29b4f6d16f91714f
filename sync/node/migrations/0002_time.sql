-- When the newest checkpoint reached this device, by the device's own clocks.
ALTER TABLE checkpoint ADD COLUMN wall_ms INTEGER;
ALTER TABLE checkpoint ADD COLUMN mono_ms INTEGER;
ALTER TABLE checkpoint ADD COLUMN boot INTEGER;
