"""What an organization chose for itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0003_search_index"),)
    operations = (
        migrations.CreateModel(
            name="OrganizationSettings",
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
                ("language", models.TextField(default="")),
                ("invitation_subject", models.TextField(default="")),
                ("invitation_text", models.TextField(default="")),
                ("contact", models.TextField(default="")),
            ],
        ),
    )
