"""Dated code tables: ICD-10-CM of the spine (generated) and CPT with our own plain labels."""
