"""By what content is found again by its title. Pure."""

LONGEST_KEY = 500  # characters, as PostgreSQL's indexes hold no long ones: beyond, keys are one


def title_key(title: str) -> str:
    """Capital letters make no difference."""
    return title.strip().lower()[:LONGEST_KEY]
