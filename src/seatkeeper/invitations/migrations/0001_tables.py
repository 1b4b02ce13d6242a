"""Invitations, words of an organization's own, and rounds of mail."""

import django.db.models.deletion
from django.db import migrations, models

import seatkeeper.kernel.profile_json


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0006_by_activity"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvitationRules",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="directory.organization",
                    ),
                ),
                ("good_for_days", models.IntegerField(default=30)),
                ("remind_after_days", models.IntegerField(default=7)),
            ],
        ),
        migrations.CreateModel(
            name="NoReminders",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "learner_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "learner_id",
                        "pool_id",
                        "operation_number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("pool_id", models.BigIntegerField()),
                ("operation_number", models.BigIntegerField()),
                ("key", models.UUIDField(unique=True)),
                ("text_id", models.BigIntegerField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("is_watched", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_watched", True)),
                        fields=["organization_id", "expires_at", "learner_id"],
                        name="invitation_to_expire",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvitationText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organization", "name"), name="invitation_text_name")],
            },
        ),
        migrations.CreateModel(
            name="MailRound",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField(choices=[("invite", "Invite"), ("resend", "Resend"), ("remind", "Remind")])),
                ("operation_number", models.BigIntegerField(null=True)),
                ("people", models.JSONField(encoder=seatkeeper.kernel.profile_json.CanonicalEncoder, null=True)),
                ("pool_id", models.BigIntegerField(null=True)),
                ("text_id", models.BigIntegerField(null=True)),
                ("is_mailed", models.BooleanField(default=True)),
                ("actor", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("queued_through", models.BigIntegerField(default=0)),
                ("queued", models.BigIntegerField(default=0)),
                ("is_queued", models.BooleanField(default=False)),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("is_queued", False)), fields=["id"], name="mail_round_open")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "invite")),
                        fields=("organization", "operation_number"),
                        name="invite_round_once",
                    )
                ],
            },
        ),
    ]
