package io.moor.shipper.cli;

import java.util.List;

/** Rows of text in aligned columns; numbers to the right. */
final class Table {

    private static final String GAP = "  ";

    private Table() {}

    static String render(List<String> header, List<List<String>> rows) {
        var widths = new int[header.size()];
        var numeric = new boolean[header.size()];
        for (var column = 0; column < widths.length; column++) {
            var index = column;
            widths[column] =
                    rows.stream()
                            .mapToInt(row -> row.get(index).length())
                            .reduce(header.get(column).length(), Math::max);
            numeric[column] =
                    !rows.isEmpty()
                            && rows.stream().allMatch(row -> row.get(index).matches("-?\\d*"));
        }
        var text = new StringBuilder();
        line(text, header, widths, numeric);
        rows.forEach(row -> line(text, row, widths, numeric));
        return text.toString();
    }

    private static void line(
            StringBuilder text, List<String> cells, int[] widths, boolean[] numeric) {
        var line = new StringBuilder();
        for (var column = 0; column < widths.length; column++) {
            var cell = cells.get(column);
            var padding = " ".repeat(widths[column] - cell.length());
            line.append(numeric[column] ? padding + cell : cell + padding).append(GAP);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
