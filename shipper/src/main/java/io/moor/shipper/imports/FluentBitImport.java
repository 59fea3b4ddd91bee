package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.imports.TagPattern.Covers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Fluent Bit configuration. Tags are resolved first: globs of an input whose tags meet the same
 * filters and outputs become one source.
 */
final class FluentBitImport {

    private static final Advice SERVICE =
            new Advice(
                    """
                    grace | note | how long a drain takes is moor ship --drain-timeout
                    http_server http_listen http_port health_check hc_* | note | Moor's status, metrics and health are served by 'status: PORT'
                    storage.* | note | the files are the buffer; there is no other
                    * | note | of Fluent Bit's own running
                    """);

    private static final Advice OTHER_INPUTS =
            new Advice(
                    """
                    systemd | lost | the journal is no file that Moor ships; let journald write to files, or keep this input
                    stdin | lost | Moor ships files; let the application write one
                    * | lost | Moor ships log files and nothing else; keep this input where it is
                    """);

    private static final Set<String> SILENT = Set.of("stdout", "null", "file", "exit", "counter");

    private final Drafts drafts;
    private final Names names = new Names();
    private final FluentText text;
    private final FluentTail tail;
    private final FluentFilters filters;
    private final FluentKafka kafka;
    private final List<FluentSection> outputs;
    private final List<FluentSection> allFilters;
    private final Set<FluentSection> met = new HashSet<>();
    private String brokers = "";

    /** How many inputs of files there were, for the tags of those that name none. */
    private int tails;

    private FluentBitImport(FluentText text, Drafts drafts) {
        this.text = text;
        this.drafts = drafts;
        FluentParsers parsers = new FluentParsers(text.sections, drafts.findings);
        this.tail = new FluentTail(text, parsers, drafts.findings);
        this.filters = new FluentFilters(text, parsers, drafts.findings);
        this.kafka = new FluentKafka(text, drafts);
        this.outputs = of("output");
        this.allFilters = of("filter");
    }

    static Drafts read(Text main, Includes includes) throws ConfigException {
        Drafts drafts = new Drafts();
        FluentText text = new FluentText(includes, drafts.findings);
        text.add(main);
        if (text.sections.isEmpty()) {
            throw Importer.wrong(main, 0, "has no section; is it a Fluent Bit configuration?");
        }
        parserFiles(text, includes, drafts.findings);
        new FluentBitImport(text, drafts).run();
        return drafts;
    }

    private static void parserFiles(FluentText text, Includes includes, Findings findings)
            throws ConfigException {
        for (FluentSection service : List.copyOf(text.sections)) {
            if (service.type().equals("service")) {
                for (Setting file : service.all("parsers_file")) {
                    String name = text.resolve(file.value());
                    for (Text each : includes.find(name)) {
                        text.add(each);
                    }
                    if (!includes.exists(name)) {
                        findings.note(
                                file,
                                "no such file was found; parsers of it that are needed are told");
                    }
                }
            }
        }
    }

    private List<FluentSection> of(String type) {
        return text.sections.stream().filter(each -> each.type().equals(type)).toList();
    }

    private void run() {
        for (FluentSection section : text.sections) {
            switch (section.type()) {
                case "service" ->
                        section.others(Set.of("parsers_file"))
                                .forEach(each -> SERVICE.say(each, drafts.findings));
                case "parser", "multiline_parser", "filter", "output" -> {}
                case "input" -> input(section);
                default ->
                        drafts.findings.lost(section.asSetting(), "Moor has nothing of this kind");
            }
        }
        for (FluentSection section : text.sections) {
            boolean routed = section.type().equals("filter") || section.type().equals("output");
            if (routed && !met.contains(section)) {
                notMet(section);
            }
        }
    }

    private void notMet(FluentSection section) {
        if (allFilters.stream().anyMatch(each -> each.plugin().equals("rewrite_tag"))) {
            drafts.findings.lost(
                    section.asSetting(),
                    "only tags that rewrite_tag makes may meet it, and Moor has no tags; make a"
                            + " source with a topic of its own for files that go there");
        } else {
            drafts.findings.note(
                    section.asSetting(), "it meets no input of files, so nothing is missed");
        }
    }

    /** How a source leaves: which filters and outputs its tags meet. */
    private record Route(List<FluentSection> filters, List<FluentSection> outputs) {}

    private void input(FluentSection input) {
        if (!input.plugin().equals("tail")) {
            OTHER_INPUTS.say(input.asSetting(), input.plugin(), drafts.findings);
            return;
        }
        List<String> paths = tail.paths(input);
        if (paths.isEmpty()) {
            drafts.findings.lost(input.asSetting(), "it has no Path, so there is nothing to ship");
            return;
        }
        Map<Route, List<String>> routes = new LinkedHashMap<>();
        for (String glob : paths) {
            String written = text.resolve(input.value("tag", "tail." + tails));
            String tag = TagPattern.expand(written, glob);
            Route route = new Route(meeting(allFilters, tag), meeting(outputs, tag));
            routes.computeIfAbsent(route, _ -> new ArrayList<>()).add(glob);
        }
        tails++;
        routes.forEach((route, globs) -> source(input, route, globs));
    }

    /** Sections whose pattern matches every tag of a source. */
    private List<FluentSection> meeting(List<FluentSection> sections, String tag) {
        List<FluentSection> meeting = new ArrayList<>();
        for (FluentSection section : sections) {
            Setting regex = section.setting("match_regex");
            if (regex != null) {
                if (regex.value().equals(".*")
                        || (!tag.contains("*") && found(regex.value(), tag))) {
                    meeting.add(section);
                } else if (tag.contains("*")) {
                    someOf(section, regex);
                }
                continue;
            }
            Setting match = section.setting("match");
            if (match == null) {
                continue;
            }
            switch (TagPattern.covers(text.resolve(match.value()), tag)) {
                case Covers.ALL -> meeting.add(section);
                case Covers.SOME -> someOf(section, match);
                case Covers.NONE -> {}
            }
        }
        met.addAll(meeting);
        return meeting;
    }

    private static boolean found(String regex, String tag) {
        try {
            return com.google.re2j.Pattern.compile(Regexes.translate(regex, Regexes.Dialect.ONIGMO))
                    .matcher(tag)
                    .find();
        } catch (Untranslatable e) {
            return false;
        }
    }

    private void someOf(FluentSection section, Setting match) {
        met.add(section);
        drafts.findings.lost(
                match,
                "whether it meets an input depends on the single file, so this "
                        + section.type()
                        + " '"
                        + section.plugin()
                        + "' is left out; make a source for these files, with their own 'files' and"
                        + " 'exclude'");
    }

    private void source(FluentSection input, Route route, List<String> globs) {
        List<FluentSection> toKafka =
                route.outputs().stream().filter(each -> each.plugin().equals("kafka")).toList();
        if (route.outputs().isEmpty() && !outputs.isEmpty()) {
            drafts.findings.lost(
                    input.asSetting(),
                    "no output is known to take what it reads, so there is no source for it; add"
                            + " one if it is to be shipped");
            return;
        }
        if (!toKafka.isEmpty() && !sameKafka(toKafka.getFirst())) {
            return;
        }
        String alias = input.value("alias", "");
        String tag = input.value("tag", "").replaceAll("[.]?[*<].*$", "");
        String wish = alias.isEmpty() ? tag : alias;
        Draft draft =
                tail.draft(
                        input,
                        globs,
                        names.unique(wish.isEmpty() ? Names.of(globs.getFirst()) : wish));
        route.filters().forEach(filter -> filters.apply(filter, draft));
        if (toKafka.isEmpty()) {
            draft.topic = "logs." + draft.name;
            draft.format = "json";
            draft.comment(Drafts.TOPIC_CHOSEN);
            if (outputs.isEmpty()) {
                drafts.findings.lost(
                        input.asSetting(),
                        "no output is in this file; the topic '" + draft.topic + "' was chosen");
            }
        } else {
            kafka.destination(toKafka.getFirst(), draft);
        }
        route.outputs().forEach(output -> otherOutput(output, toKafka, draft));
        drafts.logs.add(draft);
    }

    private boolean sameKafka(FluentSection output) {
        String its = kafka.brokers(output);
        if (brokers.isEmpty()) {
            brokers = its;
        }
        if (!brokers.equals(its)) {
            Setting setting = output.setting("brokers");
            drafts.findings.lost(
                    setting == null ? output.asSetting() : setting,
                    "one moor ship speaks to one Kafka; run another with the sources that go there,"
                            + " which are left out here");
            return false;
        }
        kafka.client(output);
        return true;
    }

    private void otherOutput(FluentSection output, List<FluentSection> toKafka, Draft draft) {
        if (output.plugin().equals("kafka")) {
            if (!output.equals(toKafka.getFirst())) {
                drafts.findings.lost(
                        output.asSetting(),
                        "a file is shipped once; read its topic '"
                                + draft.topic
                                + "' for this purpose, too");
            }
        } else if (SILENT.contains(output.plugin())) {
            drafts.findings.note(output.asSetting(), "Moor writes to Kafka only");
        } else {
            drafts.findings.lost(
                    output.asSetting(),
                    "Moor writes to Kafka only; read the topics into it, by Kafka Connect for"
                            + " example");
        }
    }
}
