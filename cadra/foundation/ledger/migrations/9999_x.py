from django.db import migrations
import glob,os
last=sorted(os.path.basename(f)[:-3] for f in glob.glob(os.path.dirname(__file__)+'/0*.py'))[-1]
class Migration(migrations.Migration):
    dependencies=[('procrastinate','0041_post_retry_failed_job'),('ledger',last)]
    operations=[migrations.RunSQL("grant all on all tables in schema public to cadra_app; grant all on all sequences in schema public to cadra_app; grant execute on all functions in schema public to cadra_app")]
