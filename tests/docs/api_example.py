"""Fail where a wheel of dist/ fails, and say why."""

import planner

report = planner.verify("dist", max_policy="manylinux_2_28", jobs=2)
for judged in report.wheels:
    floor = judged.context.floor
    print(judged.wheel.file, judged.verdict, floor.platform_tag if floor else "no ELF files")
    for finding in judged.findings:
        if finding.severity == "error":
            print(" ", finding.id, finding.member, finding.data.get("symbol", finding.message))

seen = planner.inspect("dist/*cu13*.whl").wheels[0]
print([file.needed for file in seen.wheel.elf if file.gpu])
