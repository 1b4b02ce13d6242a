"""Usage files, and the statements that were received."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0010_time_zone"),
        ("usage", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownStatement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "statement_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("statement_id", models.UUIDField()),
                ("digest", models.TextField()),
                ("verb", models.TextField()),
                ("stored_at", models.DateTimeField()),
            ],
            options={
                "db_table": "usage_statement",
            },
        ),
        migrations.CreateModel(
            name="UsageFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("stored_name", models.TextField()),
                ("sent_by", models.TextField()),
                ("sent_at", models.DateTimeField()),
                (
                    "status",
                    models.TextField(
                        choices=[("reading", "Reading"), ("done", "Done"), ("failed", "Given up")], default="reading"
                    ),
                ),
                ("line", models.BigIntegerField(default=0)),
                ("counted", models.BigIntegerField(default=0)),
                ("known", models.BigIntegerField(default=0)),
                ("waiting", models.BigIntegerField(default=0)),
                ("problems", models.BigIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "-id"], name="usage_file_newest")],
            },
        ),
        migrations.CreateModel(
            name="UsageFileProblem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file_id", models.BigIntegerField()),
                ("line", models.BigIntegerField()),
                ("column", models.TextField()),
                ("code", models.TextField()),
                ("detail", models.TextField()),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "file_id", "id"], name="usage_problem_of_file")],
            },
        ),
    ]
