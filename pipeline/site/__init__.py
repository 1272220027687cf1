"""A site: one installation that takes documents in, works on them and sends results out; one YAML file."""

from pipeline.site.load import init_site, load_site
from pipeline.site.model import Site
from pipeline.site.secrets import secret

__all__ = ["Site", "init_site", "load_site", "secret"]
