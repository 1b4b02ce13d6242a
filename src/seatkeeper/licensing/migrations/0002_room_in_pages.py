"""Room for changed rows beside the old ones, in the tables that every bulk act rewrites."""

from django.db import migrations

from seatkeeper.kernel.migrations import leave_room_in_pages


class Migration(migrations.Migration):
    dependencies = (("licensing", "0001_tables"), ("directory", "0001_tables"))
    operations = (leave_room_in_pages(("licensing_license", "directory_standing"), percent_filled=70),)
