"""The configuration of a web server that asks the gate."""

from importlib import resources


def nginx_configuration(
    *, organization: str, upstream: str, listen: str, server_name: str, root: str, own_places: list[str]
) -> str:
    """A whole server of nginx: a site behind the gate, beside Seatkeeper's own pages.

    `own_places`: with what the paths of those begin.
    """
    text = resources.files("seatkeeper.gate").joinpath("nginx.conf").read_text("utf-8")
    words = {
        "organization": organization,
        "upstream": upstream,
        "listen": listen,
        "server_name": server_name,
        "root": root,
        "own_places": "|".join(own_places),
    }
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text
