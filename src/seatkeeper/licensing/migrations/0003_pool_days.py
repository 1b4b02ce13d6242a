"""What each pool came to at the end of a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("licensing", "0002_room_in_pages"),)
    operations = (
        migrations.CreateModel(
            name="PoolDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "pool_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("pool_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("seats_taken", models.BigIntegerField()),
                ("seats_in_force", models.BigIntegerField()),
            ],
        ),
    )
