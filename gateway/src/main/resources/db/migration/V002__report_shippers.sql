-- How far behind the shippers of an instance are; what its sidecar says, not what is proven.
ALTER TABLE instance_report ADD COLUMN shippers jsonb NOT NULL DEFAULT '[]';
