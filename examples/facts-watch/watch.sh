#!/usr/bin/env bash
# Audits all facts of the checkout it runs in, and harvests every family. report/ then holds
#   audit.json            what the vendors' files say of each fact
#   harvest-<family>.txt  which releases were found and written
#   check.txt             whether the facts, the new ones too, keep the rules
#   facts.patch           the facts that changed; empty where nothing is new
# Exit status 0: nothing contradicts the facts. 1: something does. 2: a step could not be run.
set -uo pipefail
mkdir -p report
status=0

worse() {  # keeps the worse of two: a contradiction is an answer, all else is no answer
  local given=$1
  [ "$given" -le 1 ] || given=2
  [ "$given" -le "$status" ] || status=$given
}

mlplan facts audit --format json > report/audit.json || worse $?
for folder in matrices/*/; do
  family=$(basename "$folder")
  mlplan facts harvest "$family" > "report/harvest-$family.txt" || worse 2
done
mlplan facts check --fix > report/check.txt 2>&1 || worse 2
git add --intent-to-add matrices || worse 2
git diff --binary -- matrices > report/facts.patch || worse 2
exit "$status"
