"""A password in an address is shown nowhere, wherever in the address it stands and whatever it is made of."""

from __future__ import annotations

import io
import socket
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.addresses import shown
from pipeline.brokers import plain_name
from pipeline.cli import main
from pipeline.errors import NotewarrantError
from pipeline.intake.consume import source_of
from pipeline.intake.send import writer_to
from pipeline.outgoing.deliver import targets
from pipeline.site import init_site, load_site, secret
from pipeline.store import Place, place

HEAD, TAIL = "hun7er", "zeb9ra"
#: A password whose middle may be anything; its ends tell that a piece of it was shown.
PASSWORDS = st.text("aZ0@:/?#[]%&=+.,;$! ", max_size=6).map(lambda middle: f"{HEAD}{middle}{TAIL}")
KEYS = ["password", "Password", "sslpassword", "pwd", "client_secret", "api_key", "auth-token", "p%61ssword"]
FORMS = st.one_of(
    st.just("{scheme}://user:{word}@host.example:5672/name"),
    st.just("{scheme}://:{word}@host.example/name"),
    st.just("{scheme}://user:{word}@/name"),
    st.just("{scheme}:/user:{word}@host.example/name"),
    st.sampled_from(KEYS).map(lambda key: "{scheme}://host.example/0?a=1&" + key + "={word}"),
)
SCHEMES = st.sampled_from(["redis", "amqp", "amqps", "postgresql", "unix"])


@st.composite
def addresses(draw: st.DrawFn) -> str:
    word = draw(PASSWORDS)
    return draw(FORMS).format(
        scheme=draw(SCHEMES), word=quote(word, safe="") if draw(st.booleans()) else word
    )


def clean(text: str) -> bool:
    return HEAD not in text and TAIL not in text


@given(addresses())
@example(f"redis://h/0?password={HEAD}")
@example(f"amqp://u:{HEAD}#{TAIL}@h")
@example(f"amqp://u:12/{HEAD}@h")
@example(f"amqp://{HEAD}:12?{TAIL}@h")
@example(f"postgresql://h/db?sslpassword={HEAD}")
@example(f"postgresql://u:a@{HEAD}@h/db")
@example(f"postgresql://a/b:{HEAD}@h/db")
@example(f"postgresql:/u:{HEAD}@h/db")
def test_a_password_is_neither_shown_nor_taken_in_plain_sight(address: str) -> None:
    assert clean(shown(address))
    assert clean(plain_name("redis", address, "queue"))
    for read in (lambda: place(address), lambda: secret(address, "sources.url")):
        with pytest.raises(NotewarrantError) as caught:
            read()
        assert clean("".join(traceback.format_exception(caught.value)))
    try:
        told = repr(place(address, secret=True))
    except NotewarrantError as error:
        told = str(error)
    assert clean(told)


def nobody(*_: object, **__: object) -> None:
    """No host answers, and none is asked for."""
    raise ConnectionRefusedError


@given(addresses(), st.booleans())
def test_no_command_or_error_about_a_site_shows_it(
    tmp_path_factory: pytest.TempPathFactory, address: str, in_settings: bool
) -> None:
    folder = tmp_path_factory.getbasetemp() / "addresses"
    if not folder.exists():
        init_site(folder)
    url = "env:NOTEWARRANT_TEST_ADDRESS"
    told = (address if in_settings else url).replace("'", "''")
    kind, where = ("redis", "stream") if address.startswith("redis") else ("rabbitmq", "queue")
    (folder / "site.yaml").write_text(
        f"sources: [{{kind: {kind}, url: '{told}', {where}: in}}]\n"
        f"outgoing: [{{kind: {kind}, url: '{told}', {where}: out}}]\n"
    )
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTEWARRANT_TEST_ADDRESS", address)
        patch.setattr(socket, "create_connection", nobody)
        with redirect_stdout(said), redirect_stderr(said):
            code = main(["site", "check", str(folder)])
        assert code == 2 if in_settings else code in (2, 4), said.getvalue()
        site = load_site(folder)
        for make in (lambda: targets(site), lambda: source_of(site.sources[0])):
            try:
                made = make()
            except NotewarrantError as error:
                said.write("".join(traceback.format_exception(error)))
            else:
                said.write("".join(t.name for t in made) if isinstance(made, list) else "")
        if kind == "redis":  # the other connects at once
            try:
                writer_to(site.sources[0]).close()
            except NotewarrantError as error:
                said.write("".join(traceback.format_exception(error)))
    assert clean(said.getvalue())


@pytest.mark.parametrize(
    ("address", "seen", "name"),
    [
        ("redis://h:6379/0", "redis://h:6379/0", "redis:h:6379/0/q"),
        ("rediss://user:pw@Host:6380/2?ssl_cert_reqs=none", "rediss://host:6380/2", "redis:host:6380/2/q"),
        ("amqp://a@b:p@w@h/%2F", "amqp://h/%2F", "redis:h/%2F/q"),
        ("amqp://h/", "amqp://h/", "redis:h/q"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0", "redis:::1:6379/0/q"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock", "redis:/run/redis.sock/q"),
    ],
)
def test_what_is_shown_and_the_name_under_which_deliveries_stand(address: str, seen: str, name: str) -> None:
    assert shown(address) == seen
    assert plain_name("redis", address, "q") == name, "stores of before have it so"


def test_addresses_without_a_password_may_stand_in_the_settings(tmp_path: Path) -> None:
    for address in ("redis://h:6379/0", "amqps://user@h/v?heartbeat=30", "unix:///run/redis.sock?db=1"):
        assert secret(address, "sources.url") == address
    assert str(place("postgresql://user@h:5433/notes?sslmode=require")) == "postgresql://h:5433/notes"
    assert str(place("postgresql://user@[::1]/notes")) == "postgresql://[::1]/notes"
    assert place("notes:2026.sqlite") == place(Path("notes:2026.sqlite"))
    assert isinstance(place(str(tmp_path / "a:b@c.sqlite")), Place)
