"""Content is found by its title without reading all titles."""

from django.db import migrations, models

import seatkeeper.kernel.fields


class Migration(migrations.Migration):
    dependencies = [("gate", "0003_no_openings")]

    operations = [
        migrations.AddField(
            model_name="content",
            name="title_key",
            field=seatkeeper.kernel.fields.KeyField(default=""),
        ),
        migrations.AddIndex(
            model_name="content",
            index=models.Index(fields=["organization", "title_key"], name="content_by_title"),
        ),
    ]
