package io.moor.shipper.imports;

import io.moor.shipper.imports.RsyslogCondition.OfLine;
import io.moor.shipper.imports.RsyslogStatement.Call;
import io.moor.shipper.imports.RsyslogStatement.Directive;
import io.moor.shipper.imports.RsyslogStatement.Filter;
import io.moor.shipper.imports.RsyslogStatement.If;
import io.moor.shipper.imports.RsyslogStatement.OldAction;
import io.moor.shipper.imports.RsyslogStatement.Other;
import io.moor.shipper.imports.RsyslogStatement.Run;
import io.moor.shipper.imports.RsyslogStatement.Stop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way of a file's lines through the rulesets. Not thread-safe. */
final class RsyslogRoute {

    private static final int DEPTH_MAX = 20;

    private final Map<String, List<RsyslogStatement>> rulesets;
    private final Map<String, String> known;
    private final Draft draft;
    private final Findings findings;

    /** Actions that its lines reach: those to Kafka, and the others. */
    final List<Call> kafka = new ArrayList<>();

    final List<RsyslogStatement> others = new ArrayList<>();
    private Optional<Boolean> lastSelected = Optional.of(false);

    RsyslogRoute(
            Map<String, List<RsyslogStatement>> rulesets,
            Map<String, String> known,
            Draft draft,
            Findings findings) {
        this.rulesets = rulesets;
        this.known = known;
        this.draft = draft;
        this.findings = findings;
    }

    /**
     * @return whether all lines end here
     */
    boolean walk(List<RsyslogStatement> statements, int depth) {
        if (depth > DEPTH_MAX) {
            return true;
        }
        for (RsyslogStatement statement : statements) {
            if (step(statement, depth)) {
                return true;
            }
        }
        return false;
    }

    private boolean step(RsyslogStatement statement, int depth) {
        return switch (statement) {
            case Stop stop -> true;
            case Run run -> walk(rulesets.getOrDefault(run.ruleset(), List.of()), depth + 1);
            case Call call -> {
                if (call.kind().equals("action")) {
                    action(call);
                }
                yield false;
            }
            case OldAction old -> {
                others.add(old);
                yield false;
            }
            case Directive directive -> false;
            case Other other -> {
                findings.lost(
                        new Setting(other.place(), other.text().replaceFirst("\\s.*", ""), ""),
                        "Moor has no variables; do this where lines are read");
                yield false;
            }
            case If when -> {
                Optional<Boolean> truth = RsyslogCondition.truth(when.condition(), known);
                if (truth.isPresent()) {
                    yield walk(truth.get() ? when.then() : when.otherwise(), depth + 1);
                }
                Setting setting = new Setting(when.place(), "if", when.condition());
                yield unknown(setting, when.then(), when.otherwise(), depth);
            }
            case Filter filter -> filter(filter, depth);
        };
    }

    private void action(Call call) {
        if (call.type().equals("omkafka")) {
            kafka.add(call);
        } else {
            others.add(call);
        }
    }

    private boolean filter(Filter filter, int depth) {
        if (!filter.selector().equals("&")) {
            lastSelected =
                    filter.selector().startsWith(":")
                            ? RsyslogCondition.propertyTruth(filter.selector(), known)
                            : RsyslogCondition.selects(
                                    filter.selector(),
                                    known.getOrDefault("syslogfacility-text", ""),
                                    known.getOrDefault("syslogseverity-text", ""));
        }
        if (lastSelected.isPresent()) {
            return lastSelected.get() && walk(filter.then(), depth + 1);
        }
        Setting setting = new Setting(filter.place(), "filter", filter.selector());
        return unknown(setting, filter.then(), List.of(), depth);
    }

    /** Only the line tells. */
    private boolean unknown(
            Setting setting,
            List<RsyslogStatement> then,
            List<RsyslogStatement> otherwise,
            int depth) {
        boolean stops = then.stream().anyMatch(Stop.class::isInstance);
        boolean ships = ships(then, depth);
        if (!ships && stops && then.size() == 1 && otherwise.isEmpty()) {
            // What was shipped before this place stays shipped.
            if (kafka.isEmpty()) {
                rule(setting, false);
            }
            return false;
        }
        if (ships && otherwise.isEmpty()) {
            rule(setting, true);
            walk(then, depth + 1);
            return false;
        }
        if (ships || ships(otherwise, depth) || stops) {
            findings.lost(
                    setting,
                    "only the line tells whether it holds; all lines are shipped: write rules,"
                            + " 'drop: REGEX' or 'keep: REGEX'");
            walk(ships ? then : otherwise, depth + 1);
        }
        return false;
    }

    private boolean ships(List<RsyslogStatement> statements, int depth) {
        return depth < DEPTH_MAX
                && statements.stream()
                        .anyMatch(each ->
                                switch (each) {
                                    case Call call -> call.type().equals("omkafka");
                                    case If when ->
                                            ships(when.then(), depth + 1)
                                                    || ships(when.otherwise(), depth + 1);
                                    case Filter filter -> ships(filter.then(), depth + 1);
                                    case Run run ->
                                            ships(
                                                    rulesets.getOrDefault(run.ruleset(), List.of()),
                                                    depth + 1);
                                    default -> false;
                                });
    }

    /**
     * A condition as a rule.
     *
     * @param shipped whether lines for which it holds are shipped, or left out
     */
    private void rule(Setting setting, boolean shipped) {
        try {
            Optional<OfLine> line =
                    setting.key().equals("if")
                            ? RsyslogCondition.ofLine(setting.value())
                            : RsyslogCondition.ofProperty(setting.value());
            if (line.isPresent()) {
                Map<String, String> rule = new LinkedHashMap<>();
                rule.put(line.get().finds() == shipped ? "keep" : "drop", line.get().regex());
                draft.rules.add(rule);
                return;
            }
        } catch (Untranslatable e) {
            findings.lost(setting, e.why() + "; write rules, 'drop: REGEX' or 'keep: REGEX'");
            return;
        }
        findings.lost(
                setting,
                "only the line tells whether it holds; all lines are shipped: write rules, 'drop:"
                        + " REGEX' or 'keep: REGEX'");
    }
}
