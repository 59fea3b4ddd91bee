package io.moor.shipper.imports;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Fluent Bit's input {@code tail} as a source. */
final class FluentTail {

    private static final Set<String> CARRIED =
            Set.of(
                    "name",
                    "path",
                    "tag",
                    "alias",
                    "exclude_path",
                    "parser",
                    "key",
                    "multiline",
                    "multiline.parser",
                    "parser_firstline",
                    "docker_mode",
                    "docker_mode_parser",
                    "read_from_head",
                    "buffer_max_size",
                    "unicode.encoding",
                    "generic.encoding");

    private static final Advice ADVICE =
            new Advice(
                    """
                    db db.* | note | positions are in Kafka, in the transaction of the lines; there is no file to keep, and nothing is shipped twice
                    skip_long_lines | note | no line is skipped: longer ones than 'max-line' are split, or whole in moor.dead-letters with 'oversized: dead-letter'
                    mem_buf_limit buffer_chunk_size static_batch_size event_batch_size storage.* | note | the file is the buffer and memory is bounded; when Kafka is away reading stops
                    refresh_interval inotify_watcher progress_check_interval* watcher_interval | note | changes are noticed at once
                    rotate_wait | note | a rotated file is read to its end, however long that takes
                    multiline_flush docker_mode_flush | note | an event is shipped after a second without a line
                    path_key offset_key | note | the record's key has the path and its moor.span the offset; with 'format: json' there is log.file.path
                    tag_regex | note | tags are used for routing only; the record's key says where a line came from
                    ignore_older ignore_active_older_files | lost | age does not matter to Moor: every file that matches is shipped; use 'exclude', or move old files away
                    exit_on_eof | lost | it belongs to the command line: moor ship --until-eof
                    threaded log_level log_suppress_interval routable | note | of Fluent Bit's own running
                    file_cache_advise | note | of Fluent Bit's own running
                    truncate_long_lines | note | lines are not cut: longer ones than 'max-line' are split
                    parser_* | lost | one pattern finds the fields; write one that finds all of them into 'parse'
                    processors | lost | of Moor's rules there are drop, keep, sample and redact; see docs/migration.md
                    """);

    private static final Map<String, String> ENCODINGS =
            Map.of(
                    "utf-16le", "UTF-16LE",
                    "utf-16be", "UTF-16BE",
                    "auto", "UTF-16",
                    "shiftjis", "Shift_JIS",
                    "uhc", "x-windows-949",
                    "gbk", "GBK",
                    "gb18030", "GB18030",
                    "big5", "Big5");

    private final FluentText text;
    private final FluentParsers parsers;
    private final Findings findings;

    FluentTail(FluentText text, FluentParsers parsers, Findings findings) {
        this.text = text;
        this.parsers = parsers;
        this.findings = findings;
    }

    /** The globs of an input, resolved. */
    List<String> paths(FluentSection input) {
        return list(text.resolve(input.value("path", "")));
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /**
     * @param globs those of the input that are shipped alike
     */
    Draft draft(FluentSection input, List<String> globs, String name) {
        Setting path = input.setting("path");
        Draft draft = new Draft(path == null ? input.asSetting() : path);
        draft.name = name;
        globs.forEach(glob -> draft.files.add(Globs.of(glob, false)));
        list(text.resolve(input.value("exclude_path", "")))
                .forEach(glob -> draft.exclude.add(Globs.of(glob, false)));
        draft.wholeEvent.add(input.value("key", "log"));
        Setting parser = input.setting("parser");
        if (parser != null && !input.isOn("multiline")) {
            parsers.parse(draft, parser, parser.value());
        }
        lines(input, draft);
        encoding(input, draft);
        size(input, draft);
        head(input);
        input.others(CARRIED).forEach(each -> ADVICE.say(each, findings));
        return draft;
    }

    private void lines(FluentSection input, Draft draft) {
        for (Setting multiline : input.all("multiline.parser")) {
            parsers.multiline(draft, multiline);
        }
        Setting first = input.setting("parser_firstline");
        if (first != null && input.isOn("multiline")) {
            parsers.firstLine(draft, first);
        }
        if (input.isOn("docker_mode")) {
            draft.input = "docker";
            Setting mode = input.setting("docker_mode_parser");
            if (mode != null) {
                parsers.firstLine(draft, mode);
            }
        }
    }

    private void encoding(FluentSection input, Draft draft) {
        for (String key : List.of("unicode.encoding", "generic.encoding")) {
            Setting setting = input.setting(key);
            if (setting == null) {
                continue;
            }
            String as = ENCODINGS.get(setting.value().toLowerCase(Locale.ROOT));
            if (as != null) {
                draft.encoding = as;
            } else if (setting.value().toLowerCase(Locale.ROOT).startsWith("win")) {
                draft.encoding = "windows-" + setting.value().substring(3);
            } else {
                findings.lost(setting, "write the name that Java has for it into 'encoding'");
            }
        }
    }

    /**
     * Longer lines than this stop Fluent Bit's reading of the file; here they only become pieces.
     */
    private void size(FluentSection input, Draft draft) {
        Setting setting = input.setting("buffer_max_size");
        if (setting == null) {
            return;
        }
        draft.maxLine = Sizes.maxLine(setting, findings);
    }

    private void head(FluentSection input) {
        if (!input.isOn("read_from_head")) {
            Setting written = input.setting("read_from_head");
            findings.note(
                    written == null ? new Setting(input.place(), "Read_from_Head", "off") : written,
                    "Moor ships every matching file from its first byte; 'exclude' files, or move"
                            + " them away, whose old lines are not wanted in Kafka");
        }
    }
}
