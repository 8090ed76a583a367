"""`lifecycle` and `delete_undeclared` in the loaded site."""

from __future__ import annotations

from lpconf.model.address import Kind
from lpconf.model.site import Lifecycle
from tests.account import default, site


def test_a_thing_without_lifecycle_stays_and_is_not_protected() -> None:
    (thing,) = site("connectors: [{name: A}]").things
    assert thing.lifecycle == Lifecycle(absent=False, protect=False, renamed_from=None)


def test_each_word_of_lifecycle_is_read() -> None:
    found = site(
        """
        connectors:
          - {name: A, lifecycle: {state: absent}}
          - {name: B, lifecycle: {protect: true}}
          - {name: C, lifecycle: {renamed_from: "${var.old}"}}
        """,
        old="Old",
    ).things
    assert [each.lifecycle for each in found] == [
        Lifecycle(absent=True),
        Lifecycle(protect=True),
        Lifecycle(renamed_from="Old"),
    ]


def test_delete_undeclared_names_collections_of_the_account_and_of_a_campaign() -> None:
    found = site(
        """
        delete_undeclared: [connectors, campaigns]
        connectors: [{name: A}]
        campaigns:
          - find: default
            delete_undeclared: [engagements]
            engagements: [{name: E}]
        """
    ).delete_undeclared
    assert [(each.kind, each.parent) for each in found] == [
        (Kind.CONNECTOR, None),
        (Kind.CAMPAIGN, None),
        (Kind.ENGAGEMENT, default(Kind.CAMPAIGN)),
    ]
    assert [each.position.line for each in found] == [4, 4, 8]


def test_a_site_without_the_word_deletes_nothing_by_omission() -> None:
    assert site("connectors: [{name: A}]").delete_undeclared == ()
