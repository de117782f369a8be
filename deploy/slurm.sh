#!/bin/sh
# A sweep as a job array, and what puts its parts together:
#   sbatch --array=1-200 deploy/slurm.sh sweep.yaml shards
#   sbatch --dependency=afterok:JOB --wrap 'simcash sweep merge result.duckdb shards/*.duckdb'
# A task that is started again goes on with its file.
#SBATCH --job-name=simcash
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
set -eu
mkdir -p "$2"
exec simcash sweep run "$1" --shard auto --executor in-process --db "$2/$SLURM_ARRAY_TASK_ID.duckdb"
