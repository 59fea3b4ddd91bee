package io.moor.shipper.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An input of Filebeat that reads files, as a source. */
final class FilebeatInput {

    static final String AS_HEADERS = "it is a header of every record, not a field of its value";

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.]*)(?::([^}]*))?}");

    private static final Set<String> CARRIED =
            Set.of(
                    "type",
                    "enabled",
                    "id",
                    "paths",
                    "encoding",
                    "exclude_files",
                    "prospector.scanner.exclude_files",
                    "include_lines",
                    "exclude_lines",
                    "multiline.pattern",
                    "multiline.negate",
                    "multiline.match",
                    "multiline.type",
                    "parsers",
                    "tags",
                    "fields_under_root",
                    "processors",
                    "containers.ids",
                    "containers.path",
                    "max_bytes",
                    "message_max_bytes",
                    "json.message_key",
                    "format");

    private static final Advice ADVICE =
            new Advice(
                    """
                    ignore_older ignore_inactive | lost | age does not matter to Moor: every file that matches is shipped; use 'exclude', or move old files away
                    tail_files seek | lost | Moor ships every matching file from its first byte; 'exclude' files whose old lines are not wanted
                    close_* close.* harvester_limit | note | a file is read to its end before it is closed, whatever becomes of its name
                    clean_* file_identity* take_over* | note | identity is content, birth time and inode; checkpoints are in Kafka, and nothing is cleaned by a timer
                    scan_frequency backoff* scan.* prospector.scanner.check_interval prospector.scanner.fingerprint* prospector.scanner.resend_on_touch harvester_buffer_size buffer_size readline_timeout | note | changes are noticed at once; there is nothing to tune
                    symlinks prospector.scanner.symlinks recursive_glob* | note | links are followed, and a file is shipped once, under its real path; ** crosses directories
                    include_files prospector.scanner.include_files | lost | write globs into 'files' that match only these
                    line_terminator | note | lines end with LF or CRLF
                    multiline.max_lines multiline.timeout | note | an event is all of its lines up to 'max-line', and is shipped after a second without a line
                    multiline.* | lost | lines are joined by where an event begins; see 'multiline'
                    json.* | note | with 'format: json' fields stand beside 'body' under their own names, nested ones joined by dots
                    fields.* | note | it is a header of every record, not a field of its value
                    fields | note | it is empty
                    pipeline index keep_null publisher_pipeline.* | note | of Elasticsearch, or of Filebeat's own running
                    stream | lost | both streams of a container are shipped; with 'format: json' log.iostream tells which
                    containers.* combine_partial cri.* ids | note | parts of a line are always put together
                    document_type input_type | note | of old versions; Moor has 'headers' for it
                    """);

    private static final Map<String, String> ENCODINGS =
            Map.ofEntries(
                    Map.entry("plain", ""),
                    Map.entry("utf-8", ""),
                    Map.entry("utf8", ""),
                    Map.entry("utf-16-bom", "UTF-16"),
                    Map.entry("utf-16be-bom", "UTF-16BE"),
                    Map.entry("utf-16le-bom", "UTF-16LE"),
                    Map.entry("latin1", "ISO-8859-1"),
                    Map.entry("hz-gb-2312", "unsupported"),
                    Map.entry("shift-jis", "Shift_JIS"),
                    Map.entry("shiftjis", "Shift_JIS"),
                    Map.entry("gbk", "GBK"),
                    Map.entry("big5", "Big5"));

    private final Findings findings;

    FilebeatInput(Findings findings) {
        this.findings = findings;
    }

    /** References to variables, in Moor's words; {@code ${NAME:default}} has no equal. */
    static String resolve(String value) {
        return REFERENCE
                .matcher(value)
                .replaceAll(found -> Matcher.quoteReplacement("${env:" + found.group(1) + "}"));
    }

    /** Of an input with paths. */
    Draft draft(YamlTree input, String name) {
        YamlTree paths = input.get("paths");
        Draft draft = new Draft(paths == null ? input.setting("paths") : paths.setting("paths"));
        draft.name = name;
        draft.wholeEvent.add("message");
        for (String path : input.texts("paths")) {
            defaults(input, path);
            draft.files.add(Globs.of(resolve(path), false));
        }
        if (draft.files.isEmpty() && input.get("containers.ids") != null) {
            containers(input, draft);
        }
        excluded(input, draft);
        container(input, draft, input.text("format", "auto"));
        encoding(input, draft);
        for (String key : List.of("max_bytes", "message_max_bytes")) {
            YamlTree size = input.get(key);
            if (size != null) {
                draft.maxLine = Sizes.maxLine(size.setting(key), findings);
            }
        }
        new FilebeatLines(findings).apply(input, draft);
        fields(input, draft);
        input.leaves(
                "",
                (path, value) -> {
                    if (!CARRIED.contains(path)) {
                        ADVICE.say(value.setting(path), path, findings);
                    }
                });
        return draft;
    }

    private void defaults(YamlTree input, String path) {
        Matcher reference = REFERENCE.matcher(path);
        while (reference.find()) {
            if (reference.group(2) != null) {
                findings.lost(
                        new Setting(input.place(), "paths", path),
                        "${env:…} has no default; set the variable");
            }
        }
    }

    private static void containers(YamlTree input, Draft draft) {
        String root = input.text("containers.path", "/var/lib/docker/containers");
        for (String id : input.texts("containers.ids")) {
            draft.files.add(root + "/" + Globs.of(id, false) + "/*.log");
        }
        draft.input = "docker";
    }

    private void excluded(YamlTree input, Draft draft) {
        for (String key : List.of("exclude_files", "prospector.scanner.exclude_files")) {
            for (Setting regex : input.settings(key)) {
                try {
                    draft.exclude.add(Globs.ofRegex(regex.value()));
                } catch (Untranslatable e) {
                    findings.lost(regex, e.why() + "; write globs into 'exclude'");
                }
            }
        }
    }

    private void container(YamlTree input, Draft draft, String format) {
        String type = input.text("type", "log");
        if (type.equals("docker")) {
            draft.input = "docker";
        } else if (type.equals("container")) {
            containerForm(draft, format, input.setting("type"));
        }
    }

    /** Docker's json-file or the form of Kubernetes' runtimes. */
    void containerForm(Draft draft, String format, Setting setting) {
        if (!format.equals("auto")) {
            draft.input = format.equals("docker") || format.equals("json-file") ? "docker" : "cri";
            return;
        }
        boolean docker = draft.files.stream().anyMatch(each -> each.contains("/docker/"));
        draft.input = docker ? "docker" : "cri";
        findings.note(
                new Setting(setting.place(), "format", "auto"),
                "a source has one form: '"
                        + draft.input
                        + "' was chosen; write 'input: "
                        + (docker ? "cri" : "docker")
                        + "' if another runtime writes these files");
    }

    private void encoding(YamlTree input, Draft draft) {
        YamlTree encoding = input.get("encoding");
        if (encoding == null || draft.input != null) {
            return;
        }
        String name = encoding.text().toLowerCase(Locale.ROOT);
        String as = ENCODINGS.getOrDefault(name, encoding.text());
        if (as.equals("unsupported")) {
            findings.lost(encoding.setting("encoding"), "Java has no such encoding");
        } else if (!as.isEmpty()) {
            draft.encoding = as;
        }
    }

    private void fields(YamlTree input, Draft draft) {
        boolean root = input.isTrue("fields_under_root");
        YamlTree fields = input.get("fields");
        if (fields != null) {
            fields.leaves(
                    root ? "" : "fields",
                    (path, value) ->
                            draft.header(
                                    value.setting(path),
                                    path,
                                    resolve(String.join(",", value.texts())),
                                    findings));
        }
        List<String> tags = new ArrayList<>(input.texts("tags"));
        if (!tags.isEmpty()) {
            draft.headers.put("tags", resolve(String.join(",", tags)));
        }
    }
}
