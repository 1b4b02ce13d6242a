"""Notices, the outbox of mail, and what learners are told."""

import django.db.models.deletion
from django.db import migrations, models

import seatkeeper.kernel.fields
import seatkeeper.kernel.profile_json


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_cache"),
        ("directory", "0005_sorted_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailServer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("failures", models.IntegerField()),
                ("retry_at", models.DateTimeField()),
                ("trouble", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="MailSetup",
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
                ("digest", models.TextField(default="")),
                ("tested_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="LearnerWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation_number", models.BigIntegerField()),
                ("text", models.TextField(default="")),
                ("queued_through", models.BigIntegerField(default=0)),
                ("is_queued", models.BooleanField(default=False)),
                ("checked_through", models.BigIntegerField(null=True)),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_queued", False), ("checked_through__isnull", False), _connector="OR"),
                        fields=["id"],
                        name="learner_word_open",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("organization", "operation_number"), name="learner_word_once")],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("notice", "Notice"),
                            ("test", "Test"),
                            ("sign_in_link", "Sign In Link"),
                            ("ready", "Ready"),
                            ("learner", "Learner"),
                        ]
                    ),
                ),
                ("recipient", seatkeeper.kernel.fields.KeyField()),
                ("subject", models.TextField(default="")),
                ("text", models.TextField(default="")),
                ("html", models.TextField(default="")),
                ("facts", models.JSONField(encoder=seatkeeper.kernel.profile_json.CanonicalEncoder, null=True)),
                ("operation_number", models.BigIntegerField(null=True)),
                ("learner_id", models.BigIntegerField(null=True)),
                ("message_id", seatkeeper.kernel.fields.KeyField(unique=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("due", "Due"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="due",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("rank", models.SmallIntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("lease", models.TextField(default="")),
                ("leased_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("trouble", models.TextField(default="")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "due")), fields=["rank", "due_at", "id"], name="mail_due"),
                    models.Index(condition=models.Q(("state", "waiting")), fields=["organization", "id"], name="mail_waiting"),
                    models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="mail_leased"),
                    models.Index(fields=["organization", "operation_number", "id"], name="mail_of_operation"),
                    models.Index(condition=models.Q(("state", "failed")), fields=["organization", "-id"], name="mail_failed"),
                    models.Index(fields=["ended_at"], name="mail_ended"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("done", "A file or a large operation is done"),
                            ("problems", "A file is done, and some of its rows have problems"),
                            ("checked", "A file is checked and waits to be applied"),
                            ("held", "The brake holds an operation"),
                            ("refused", "A file is refused"),
                        ]
                    ),
                ),
                ("operation_number", models.BigIntegerField()),
                ("facts", models.JSONField(default=dict, encoder=seatkeeper.kernel.profile_json.CanonicalEncoder)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="accounts.membership"),
                ),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["membership", "-id"], name="notice_newest"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["membership"], name="notice_unread"),
                ],
                "constraints": [models.UniqueConstraint(fields=("membership", "operation_number", "kind"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("done", "A file or a large operation is done"),
                            ("problems", "A file is done, and some of its rows have problems"),
                            ("checked", "A file is checked and waits to be applied"),
                            ("held", "The brake holds an operation"),
                            ("refused", "A file is refused"),
                        ]
                    ),
                ),
                ("in_product", models.BooleanField(default=True)),
                ("by_mail", models.BooleanField(default=True)),
                (
                    "membership",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="accounts.membership"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("membership", "kind"), name="preference_once")],
            },
        ),
    ]
