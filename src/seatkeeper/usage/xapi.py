"""Statements as the Experience API 1.0.3 has them, part two (Data): what is no statement is refused, and why.

Sections are those of https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from seatkeeper.directory.attributes import is_sound_email
from seatkeeper.usage.telling import is_text, time_of

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
# Language, script, region, variants, extensions, and what is private (RFC 5646, 2.1), each of its length.
LANGUAGE = (
    r"^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[A-WYZa-wyz0-9](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?|[Xx](?:-[A-Za-z0-9]{1,8})+|[Ii]-[A-Za-z]{2,8})$"
)
DURATION = re.compile(
    r"P(?:(?P<weeks>\d+(?:[.,]\d+)?)W|(?=.)(?:(?P<years>\d+(?:[.,]\d+)?)Y)?(?:(?P<months>\d+(?:[.,]\d+)?)M)?"
    r"(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?)",
    re.ASCII,
)
IRI = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$"
UUID = r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$"
SHA1 = r"^[0-9A-Fa-f]{40}$"
ONE_OF_1_0 = r"^1\.0(\.\d+)?$"
WORDS_OF = {
    LANGUAGE: "is no language tag",
    IRI: "is no IRI with a scheme, such as https:",
    UUID: "is no UUID",
    SHA1: "is no SHA-1 digest in hex",
    ONE_OF_1_0: "is no version 1.0",
}
FRACTION_BEFORE_THE_END = re.compile(r"[.,]\d+[A-Z].")
# Which lists of components an interaction has (2.4.4.1).
COMPONENTS = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
}
EVERY_COMPONENT = ("choices", "scale", "source", "target", "steps")


def _text(value: str) -> str:
    if not is_text(value):
        raise ValueError("has characters that are no text")
    return value


def _mbox(value: str) -> str:
    if not value.startswith("mailto:") or not is_sound_email(value.removeprefix("mailto:").lower()):
        raise ValueError("is no mailto: IRI with an address")
    return value


def _timestamp(value: str) -> str:
    if time_of(value) is None:
        raise ValueError("is no time as ISO 8601 writes it")
    return value


def _duration(value: str) -> str:
    if not DURATION.fullmatch(value) or FRACTION_BEFORE_THE_END.search(value):
        raise ValueError("is no duration as ISO 8601 writes it")
    return value


Text = Annotated[str, AfterValidator(_text)]
Iri = Annotated[Text, StringConstraints(pattern=IRI, max_length=2_000)]
Uuid = Annotated[str, StringConstraints(pattern=UUID)]
LanguageTag = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Timestamp = Annotated[Text, AfterValidator(_timestamp)]
Duration = Annotated[Text, AfterValidator(_duration)]
LanguageMap = dict[LanguageTag, Text]
Extensions = dict[Iri, Any]


class Part(BaseModel):
    """Strict: values have their type, and nothing is there that the specification does not name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class UserAccount(Part):
    """2.4.2.4"""

    homePage: Iri  # noqa: N815  as the specification spells it
    name: Text


class Identified(Part):
    """Who has one of the four identifiers (2.4.2.3)."""

    name: Text | None = None
    mbox: Annotated[Text, AfterValidator(_mbox)] | None = None
    mbox_sha1sum: Annotated[str, StringConstraints(pattern=SHA1)] | None = None
    openid: Iri | None = None
    account: UserAccount | None = None

    def identifiers(self) -> list[str]:
        return [name for name in IDENTIFIERS if getattr(self, name) is not None]


class Agent(Identified):
    """2.4.2.1"""

    objectType: Literal["Agent"] = "Agent"  # noqa: N815

    @model_validator(mode="after")
    def _is_identified(self) -> "Agent":
        if len(self.identifiers()) != 1:
            raise ValueError("an agent has exactly one of mbox, mbox_sha1sum, openid, account")
        return self


class Group(Identified):
    """2.4.2.2"""

    objectType: Literal["Group"]  # noqa: N815
    member: list[Agent] | None = None

    @model_validator(mode="after")
    def _is_identified_or_has_members(self) -> "Group":
        found = self.identifiers()
        if len(found) > 1 or not (found or self.member):
            raise ValueError("a group has one of mbox, mbox_sha1sum, openid, account, or members")
        return self


class Verb(Part):
    """2.4.3"""

    id: Iri
    display: LanguageMap | None = None


class Component(Part):
    """Of an interaction (2.4.4.1)."""

    id: Text
    description: LanguageMap | None = None


class Definition(Part):
    """Of an activity (2.4.4.1)."""

    name: LanguageMap | None = None
    description: LanguageMap | None = None
    type: Iri | None = None
    moreInfo: Iri | None = None  # noqa: N815
    extensions: Extensions | None = None
    interactionType: (  # noqa: N815
        Literal[
            "true-false",
            "choice",
            "fill-in",
            "long-fill-in",
            "matching",
            "performance",
            "sequencing",
            "likert",
            "numeric",
            "other",
        ]
        | None
    ) = None
    correctResponsesPattern: list[Text] | None = None  # noqa: N815
    choices: list[Component] | None = None
    scale: list[Component] | None = None
    source: list[Component] | None = None
    target: list[Component] | None = None
    steps: list[Component] | None = None

    @model_validator(mode="after")
    def _fits_its_interaction(self) -> "Definition":
        there = {name for name in EVERY_COMPONENT if getattr(self, name) is not None}
        if (there or self.correctResponsesPattern is not None) and self.interactionType is None:
            raise ValueError("an interaction has an interactionType")
        if there - COMPONENTS.get(self.interactionType or "", set()):
            raise ValueError("these components belong to another interactionType")
        for name in there:
            ids = [component.id for component in getattr(self, name)]
            if len(set(ids)) < len(ids):
                raise ValueError("two components have one id")
        return self


class Activity(Part):
    """2.4.4.1"""

    objectType: Literal["Activity"] = "Activity"  # noqa: N815
    id: Iri
    definition: Definition | None = None


class StatementRef(Part):
    """2.4.4.3"""

    objectType: Literal["StatementRef"]  # noqa: N815
    id: Uuid


class Score(Part):
    """2.4.5.1"""

    scaled: Annotated[float, Field(ge=-1, le=1)] | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _is_within(self) -> "Score":
        in_order = [value for value in (self.min, self.raw, self.max) if value is not None]
        if in_order != sorted(in_order) or (self.min is not None and self.min == self.max):
            raise ValueError("raw lies between min and max, and min below max")
        return self


class Result(Part):
    """2.4.5"""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: Text | None = None
    duration: Duration | None = None
    extensions: Extensions | None = None


def _kind(default: str) -> Any:
    """What an object says that it is; who says nothing is this."""

    def of(value: Any) -> Any:
        return value.get("objectType", default) if isinstance(value, Mapping) else getattr(value, "objectType", default)

    return Discriminator(of)


Actor = Annotated[Annotated[Agent, Tag("Agent")] | Annotated[Group, Tag("Group")], _kind("Agent")]


class ContextActivities(Part):
    """2.4.6.2"""

    parent: Activity | list[Activity] | None = None
    grouping: Activity | list[Activity] | None = None
    category: Activity | list[Activity] | None = None
    other: Activity | list[Activity] | None = None


class Context(Part):
    """2.4.6"""

    registration: Uuid | None = None
    instructor: Actor | None = None
    team: Group | None = None
    contextActivities: ContextActivities | None = None  # noqa: N815
    revision: Text | None = None
    platform: Text | None = None
    language: LanguageTag | None = None
    statement: StatementRef | None = None
    extensions: Extensions | None = None


class Attachment(Part):
    """2.4.11. Its file stays where `fileUrl` says."""

    usageType: Iri  # noqa: N815
    display: LanguageMap
    description: LanguageMap | None = None
    contentType: Text  # noqa: N815
    length: int
    sha2: Text
    fileUrl: Iri  # noqa: N815


class Told(Part):
    """What a statement and one within another have in common."""

    actor: Actor
    verb: Verb
    result: Result | None = None
    context: Context | None = None
    timestamp: Timestamp | None = None
    attachments: list[Attachment] | None = None

    @model_validator(mode="after")
    def _fits_its_object(self) -> "Told":
        about = getattr(self, "object")  # noqa: B009  each kind has its own
        named = self.context is not None and {"revision", "platform"} & self.context.model_fields_set
        if named and not isinstance(about, Activity):
            raise ValueError("only an activity has a revision and a platform")
        return self


class SubStatement(Told):
    """2.4.4.3: no statement of its own, and none within it."""

    objectType: Literal["SubStatement"]  # noqa: N815
    object: Annotated[
        Annotated[Activity, Tag("Activity")]
        | Annotated[Agent, Tag("Agent")]
        | Annotated[Group, Tag("Group")]
        | Annotated[StatementRef, Tag("StatementRef")],
        _kind("Activity"),
    ]


class Statement(Told):
    """2.4"""

    id: Uuid | None = None
    object: Annotated[
        Annotated[Activity, Tag("Activity")]
        | Annotated[Agent, Tag("Agent")]
        | Annotated[Group, Tag("Group")]
        | Annotated[StatementRef, Tag("StatementRef")]
        | Annotated[SubStatement, Tag("SubStatement")],
        _kind("Activity"),
    ]
    stored: Timestamp | None = None
    authority: Actor | None = None
    version: Annotated[str, StringConstraints(pattern=ONE_OF_1_0)] | None = None

    @model_validator(mode="after")
    def _voids_another(self) -> "Statement":
        if self.verb.id == VOIDED and not isinstance(self.object, StatementRef):
            raise ValueError("voiding has a StatementRef as its object")
        if isinstance(self.authority, Group) and (self.authority.identifiers() or len(self.authority.member or ()) != 2):
            raise ValueError("an authority that is a group has no identifier and two members")
        return self


def why_it_is_none(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    """The place of the first fault and what is wrong there, in words that need no look into our code."""
    first = error.errors(include_url=False, include_input=False)[0]
    told = first.get("ctx", {})
    match first["type"]:
        case "missing":
            return first["loc"], "is missing"
        case "extra_forbidden":
            return first["loc"], "has no place there in a statement"
        case "string_pattern_mismatch":
            return first["loc"], WORDS_OF[told["pattern"]]
        case "union_tag_invalid":
            return first["loc"], "has an objectType that has no place there"
        case "model_type":
            return first["loc"], "is no object"
        case "value_error":
            return first["loc"], str(told["error"])
    return first["loc"], first["msg"][0].lower() + first["msg"][1:]


def place_of_null(value: Any, place: tuple[str | int, ...] = ()) -> tuple[str | int, ...]:
    """Where something in it is null, which is allowed in extensions only (2.2); empty: nowhere."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if inner is None:
            return (*place, name)
        if isinstance(inner, dict | list) and name != "extensions" and (found := place_of_null(inner, (*place, name))):
            return found
    return ()
