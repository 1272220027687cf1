"""Operations on the spine: kind, status, levels, region, year, and statements that there were none."""
