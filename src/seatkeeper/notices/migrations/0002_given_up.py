from django.db import migrations, models

KINDS = [
    ("done", "A file or a large operation is done"),
    ("problems", "A file is done, and some of its rows have problems"),
    ("checked", "A file is checked and waits to be applied"),
    ("held", "The brake holds an operation"),
    ("refused", "A file is refused"),
    ("given_up", "Work has stopped, because it failed again and again"),
]


class Migration(migrations.Migration):
    """Notices of work that a worker has given up."""

    dependencies = [("notices", "0001_tables")]

    operations = [
        migrations.AlterField(model_name="notice", name="kind", field=models.TextField(choices=KINDS)),
        migrations.AlterField(model_name="preference", name="kind", field=models.TextField(choices=KINDS)),
    ]
