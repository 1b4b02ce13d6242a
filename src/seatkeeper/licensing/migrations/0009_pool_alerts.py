"""Of each pool, from how many percent in use admins are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("licensing", "0008_gives_at_sign_in"),)
    operations = (
        migrations.CreateModel(
            name="PoolAlert",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "pool_id", "percent", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("pool_id", models.BigIntegerField()),
                ("percent", models.SmallIntegerField()),
                ("is_reached", models.BooleanField(default=False)),
            ],
        ),
    )
