package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.imports.RsyslogStatement.Call;
import io.moor.shipper.imports.RsyslogStatement.Directive;
import io.moor.shipper.imports.RsyslogStatement.OldAction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** An rsyslog configuration: what {@code imfile} reads, as far as it goes to Kafka. */
final class RsyslogImport {

    private static final int DEPTH_MAX = 8;
    private static final String DEFAULT = "RSYSLOG_DefaultRuleset";

    private static final Advice DIRECTIVES =
            new Advice(
                    """
                    modload | note | a module is loaded
                    maxmessagesize | note | the limit for lines is 'max-line' of a source; longer ones are split
                    inputfilepollinterval | note | changes are noticed at once
                    * | note | of rsyslog's own running
                    """);

    private final Drafts drafts = new Drafts();
    private final Names names = new Names();
    private final Includes includes;
    private final Map<String, List<RsyslogStatement>> rulesets = new HashMap<>();
    private final List<Call> files = new ArrayList<>();
    private final RsyslogTemplates templates = new RsyslogTemplates();
    private final Set<RsyslogStatement> reached = new HashSet<>();
    private final List<Setting> oldFile = new ArrayList<>();
    private String ruleset = DEFAULT;

    private RsyslogImport(Includes includes) {
        this.includes = includes;
    }

    static Drafts read(Text main, Includes includes) throws ConfigException {
        RsyslogImport work = new RsyslogImport(includes);
        work.collect(RsyslogText.read(main), 0);
        work.sources();
        work.notReached();
        return work.drafts;
    }

    private void collect(List<RsyslogStatement> statements, int depth) throws ConfigException {
        for (RsyslogStatement statement : statements) {
            switch (statement) {
                case Call call -> call(call, depth);
                case Directive directive -> directive(directive, depth);
                default -> rule(statement);
            }
        }
    }

    private void rule(RsyslogStatement statement) {
        rulesets.computeIfAbsent(ruleset, _ -> new ArrayList<>()).add(statement);
    }

    private void call(Call call, int depth) throws ConfigException {
        Findings findings = drafts.findings;
        switch (call.kind()) {
            case "action" -> rule(call);
            case "input" -> {
                if (call.type().equals("imfile")) {
                    files.add(call);
                } else {
                    findings.lost(
                            call.asSetting(),
                            "Moor ships log files and nothing else; keep rsyslog for this input");
                }
            }
            case "template" -> templates.add(call);
            case "ruleset" -> rulesets.put(call.value("name", ""), call.body());
            case "module" -> module(call);
            case "include" ->
                    include(new Setting(call.place(), "include", call.value("file", "")), depth);
            case "global", "main_queue", "timezone", "dyn_stats", "percentile_stats" ->
                    call.parameters().forEach(each -> DIRECTIVES.say(each, findings));
            default -> findings.lost(call.asSetting(), "Moor has nothing of this kind");
        }
    }

    private void module(Call call) {
        String name = call.value("load", "").replaceFirst("^.*/", "").replaceFirst("\\.so$", "");
        Setting setting = new Setting(call.place(), "module", name);
        if (name.startsWith("im") && !name.equals("imfile") && !name.equals("impstats")) {
            drafts.findings.lost(
                    setting, "Moor ships log files and nothing else; keep rsyslog for this input");
        } else if (name.startsWith("mm")) {
            drafts.findings.lost(
                    setting, "Moor changes no messages; parse where they are read, or see 'parse'");
        } else if (call.parameters().size() > 1) {
            drafts.findings.note(setting, "its settings are of rsyslog's own running");
        }
    }

    private void directive(Directive directive, int depth) throws ConfigException {
        String name = directive.name().toLowerCase(Locale.ROOT);
        Setting setting = new Setting(directive.place(), "$" + directive.name(), directive.value());
        String parameter = RsyslogFile.parameter(name);
        if (!parameter.isEmpty()) {
            oldFile.add(
                    new Setting(
                            directive.place(),
                            parameter,
                            directive.value().replaceAll("^\"|\"$", "")));
            return;
        }
        switch (name) {
            case "inputrunfilemonitor" -> {
                files.add(new Call(directive.place(), "input", List.copyOf(oldFile), List.of()));
                oldFile.clear();
            }
            case "includeconfig" -> include(setting, depth);
            case "template" -> templates.add(directive.value());
            case "ruleset" -> ruleset = directive.value();
            case "modload" ->
                    module(
                            new Call(
                                    directive.place(),
                                    "module",
                                    List.of(
                                            new Setting(
                                                    directive.place(), "load", directive.value())),
                                    List.of()));
            default -> DIRECTIVES.say(setting, name, drafts.findings);
        }
    }

    private void include(Setting setting, int depth) throws ConfigException {
        if (depth >= DEPTH_MAX) {
            throw Importer.wrong(setting.place(), "files include each other too deeply");
        }
        List<Text> found = includes.find(setting.value());
        if (found.isEmpty() && !includes.exists(setting.value())) {
            drafts.findings.lost(
                    setting, "no such file was found; import the files that it stands for, too");
        }
        for (Text each : found) {
            collect(RsyslogText.read(each), depth + 1);
        }
    }

    private void sources() {
        RsyslogKafka kafka = new RsyslogKafka(drafts, templates);
        for (Call file : files) {
            String path = file.value("file", "");
            String tag = file.value("tag", "").replaceAll("[:\\[].*$", "");
            Draft draft =
                    RsyslogFile.draft(
                            file,
                            names.unique(tag.isEmpty() ? Names.of(path) : tag),
                            drafts.findings);
            RsyslogRoute route =
                    new RsyslogRoute(rulesets, RsyslogFile.known(file), draft, drafts.findings);
            route.walk(rulesets.getOrDefault(file.value("ruleset", DEFAULT), List.of()), 0);
            reached.addAll(route.kafka);
            reached.addAll(route.others);
            route.others.forEach(this::otherAction);
            if (route.kafka.isEmpty()) {
                draft.topic = "logs." + draft.name;
                draft.comment(Drafts.TOPIC_CHOSEN);
                drafts.findings.lost(
                        file.asSetting(),
                        "no omkafka is known to take its lines; the topic '"
                                + draft.topic
                                + "' was chosen");
                drafts.logs.add(draft);
            } else if (kafka.destination(route.kafka.getFirst(), draft)) {
                drafts.logs.add(draft);
            }
            for (Call other :
                    route.kafka.subList(Math.min(1, route.kafka.size()), route.kafka.size())) {
                drafts.findings.lost(
                        other.asSetting(),
                        "a file is shipped once; read the topic of the first action for this"
                                + " purpose, too");
            }
        }
    }

    private void otherAction(RsyslogStatement action) {
        Setting setting =
                switch (action) {
                    case Call call -> call.asSetting();
                    case OldAction old -> setting(old);
                    default -> new Setting(action.place(), "action", "");
                };
        drafts.findings.lost(
                setting,
                "Moor writes to Kafka only; read the topics into it, by Kafka Connect for example");
    }

    /** Modules have passwords among their words; which module it is tells enough. */
    private static Setting setting(OldAction action) {
        return new Setting(
                action.place(),
                "action",
                action.text().replaceFirst("^(:om(?!usrmsg)\\w+:).+", "$1" + Secrets.MASK));
    }

    /** What no file feeds stays with rsyslog. */
    private void notReached() {
        rulesets.values().forEach(this::notReached);
    }

    private void notReached(List<RsyslogStatement> statements) {
        for (RsyslogStatement statement : statements) {
            switch (statement) {
                case Call call -> {
                    if (call.kind().equals("action") && !reached.contains(call)) {
                        tell(call.asSetting(), call.type().equals("omkafka"));
                    }
                }
                case OldAction old -> {
                    if (!reached.contains(old)) {
                        tell(setting(old), false);
                    }
                }
                case RsyslogStatement.If when -> {
                    notReached(when.then());
                    notReached(when.otherwise());
                }
                case RsyslogStatement.Filter filter -> notReached(filter.then());
                default -> {}
            }
        }
    }

    private void tell(Setting setting, boolean toKafka) {
        if (toKafka) {
            drafts.findings.lost(
                    setting,
                    "no file feeds it, and Moor ships files; keep rsyslog for this action");
        } else {
            drafts.findings.note(setting, "no file feeds it; it stays with rsyslog");
        }
    }
}
