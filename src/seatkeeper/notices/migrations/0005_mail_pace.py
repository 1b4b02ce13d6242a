from django.db import migrations, models


class Migration(migrations.Migration):
    """How many mails go to learners within a minute."""

    dependencies = [("notices", "0004_invitations")]

    operations = [
        migrations.CreateModel(
            name="MailPace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField()),
                ("sent", models.IntegerField()),
            ],
        ),
    ]
