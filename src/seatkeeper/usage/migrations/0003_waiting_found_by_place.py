"""What waits is found by what it waits for: its place, and how far it was looked at."""

from django.db import migrations, models

from seatkeeper.kernel.fields import KeyField


class Migration(migrations.Migration):
    dependencies = [("usage", "0002_files_and_statements")]

    operations = [
        migrations.AddField("usagebooks", "waiting_looked_at", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("waitingfact", "place", KeyField(db_default="", default="")),
        migrations.AddIndex("waitingfact", models.Index(fields=["organization", "place"], name="waiting_fact_at")),
    ]
