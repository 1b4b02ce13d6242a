"""Facts, and what they come to."""

import django.db.models.deletion
from django.db import migrations, models

import seatkeeper.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0010_time_zone"),
    ]

    operations = [
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "learner_id",
                        "content_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("content_id", models.BigIntegerField()),
                ("completed_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="ContentDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "content_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("content_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("seconds", models.BigIntegerField()),
                ("views", models.BigIntegerField()),
                ("completions", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "learner_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("key", models.BigIntegerField()),
                ("content_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.TextField(
                        choices=[("opened", "Opened"), ("viewed", "Viewed"), ("completed", "Completed"), ("passed", "Passed")]
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        choices=[("gate", "Gate"), ("file", "File"), ("api", "API"), ("xapi", "xAPI"), ("sample", "Sample")]
                    ),
                ),
                ("seconds", models.BigIntegerField()),
                ("views", models.SmallIntegerField()),
                ("completions", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="LearnerDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "learner_id",
                        "day",
                        "content_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("content_id", models.BigIntegerField()),
                ("seconds", models.BigIntegerField()),
                ("views", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SpanTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "span", "starts_on", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("span", models.TextField(choices=[("day", "Day"), ("week", "Week"), ("month", "Month")])),
                ("starts_on", models.DateField()),
                ("learners", models.BigIntegerField()),
                ("seconds", models.BigIntegerField()),
                ("views", models.BigIntegerField()),
                ("completions", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="UsageBooks",
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
                ("segment_looked_at", models.BigIntegerField(default=0)),
                ("content_looked_at", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="WaitingFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.BigIntegerField()),
                ("id_key", models.BigIntegerField(null=True)),
                ("learner", seatkeeper.kernel.fields.KeyField()),
                ("content", models.TextField()),
                ("day", models.DateField(null=True)),
                ("at", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.TextField(
                        choices=[("opened", "Opened"), ("viewed", "Viewed"), ("completed", "Completed"), ("passed", "Passed")]
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        choices=[("gate", "Gate"), ("file", "File"), ("api", "API"), ("xapi", "xAPI"), ("sample", "Sample")]
                    ),
                ),
                ("seconds", models.BigIntegerField()),
                ("views", models.SmallIntegerField()),
                ("completions", models.SmallIntegerField()),
                ("told_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "learner"], name="waiting_fact_of")],
                "constraints": [models.UniqueConstraint(fields=("organization", "key"), name="waiting_fact_once")],
            },
        ),
    ]
