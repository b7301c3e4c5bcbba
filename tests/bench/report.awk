# Turns what run.sh measured into a table: aligned text, or Markdown with -v markdown=1.
# In:  "taken|...", "command|...", "case|id|title|...|aim|...", "result|id round server messages
#      begin end cpu cpu hwm" and "result|idle server connections rss rss rss" (KiB).
# Out: one row a case. Each cell is the median of the rounds; a ratio is the median of the rounds'
#      ratios, not the ratio of medians: two neighbours in time had the same neighbours.

function median(list, count,    i, j, swap) {
    for (i = 2; i <= count; ++i)
        for (j = i; j > 1 && list[j] < list[j - 1]; --j) {
            swap = list[j]
            list[j] = list[j - 1]
            list[j - 1] = swap
        }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}

# The median of one quantity over the rounds of a case; `server` "ratio" pairs the two servers of
# each round. Leaves the ends of the range in `least` and `most`.
function over_rounds(id, server, what,    list, count, round) {
    count = 0
    for (round = 1; round <= rounds; ++round) {
        if (!((id, round, "theirs") in have)) continue
        list[++count] = server == "ratio" \
            ? value[id, round, "ours", what] / value[id, round, "theirs", what] \
            : value[id, round, server, what]
    }
    middle = median(list, count) # sorts
    least = list[1]
    most = list[count]
    return middle
}

function row(    cell) {
    ++rows
    for (cell = 1; cell <= columns; ++cell) {
        table[rows, cell] = cells[cell]
        if (length(cells[cell]) > width[cell]) width[cell] = length(cells[cell])
    }
}

function print_table(    r, c, line, pad) {
    for (r = 1; r <= rows; ++r) {
        line = markdown ? "|" : ""
        for (c = 1; c <= columns; ++c) {
            pad = sprintf(c == 1 ? "%-" width[c] "s" : "%" width[c] "s", table[r, c])
            line = line (markdown ? " " pad " |" : (c == 1 ? "" : "  ") pad)
        }
        print line
        if (r == 1 && markdown) {
            line = "|"
            for (c = 1; c <= columns; ++c) line = line (c == 1 ? " --- |" : " ---: |")
            print line
        }
    }
    rows = 0
    for (c = 1; c <= columns; ++c) width[c] = 0
    print ""
}

function both(id, what, format) {
    return sprintf(format " / " format, over_rounds(id, "ours", what),
                   over_rounds(id, "theirs", what))
}

function idle_row(stage, kib) {
    cells[1] = stage
    cells[2] = sprintf("%.2f KiB", kib["ours"])
    cells[3] = sprintf("%.1f KiB", kib["theirs"])
    cells[4] = aims ? idle_aim " KiB " (kib["ours"] < idle_aim ? "met" : "missed") : ""
    row()
}

function head(text,    part, i) {
    columns = split(text, part, "|")
    for (i = 1; i <= columns; ++i) cells[i] = part[i]
    row()
}

BEGIN {
    FS = "|"
    idle_aim = 4
}

$1 == "taken" { taken = $2 }
$1 == "command" { command_line = $2 }
$1 == "case" {
    gsub(/ +$/, "", $3); gsub(/ /, "", $11)
    ids[++cases] = $2
    title[$2] = $3
    aim[$2] = $11
}
$1 == "result" {
    split($2, r, " ")
    if (r[1] == "idle") {
        idle = r[3]
        greeted[r[2]] = (r[5] - r[4]) / r[3]
        ehlo[r[2]] = (r[6] - r[4]) / r[3]
        next
    }
    if (r[2] > rounds) rounds = r[2]
    have[r[1], r[2], r[3]] = 1
    measured[r[1]] = 1
    messages[r[1]] = r[4]
    value[r[1], r[2], r[3], "wall"] = r[6] - r[5]
    value[r[1], r[2], r[3], "cpu"] = (r[8] - r[7]) * 1000 / r[4]
    value[r[1], r[2], r[3], "hwm"] = r[9] / 1024
}

END {
    code = markdown ? "`" : ""
    print code command_line code
    print (markdown ? "\n" : "") taken (rounds > 1 ? ", median of " : ", ") (rounds > 1 ? rounds " rounds" : "1 round") ".\n"
    if (rounds) {
        head("smtpsim / smtp-sink|messages|CPU s per 1,000|ratio|least-most|aim|wall s|ratio|" \
             "peak MiB|ratio")
        for (c = 1; c <= cases; ++c) {
            id = ids[c]
            if (!measured[id]) continue
            ratio = over_rounds(id, "ratio", "cpu")
            span = sprintf("%.2f-%.2f", least, most)
            cells[1] = title[id]
            cells[2] = messages[id]
            cells[3] = both(id, "cpu", "%.3f")
            cells[4] = sprintf("%.2f", ratio)
            cells[5] = span
            cells[6] = !aims || aim[id] == "-" ? "" : aim[id] (ratio <= aim[id] + 0 ? " met" : " missed")
            cells[7] = both(id, "wall", "%.2f")
            cells[8] = sprintf("%.2f", over_rounds(id, "ratio", "wall"))
            cells[9] = both(id, "hwm", "%.1f")
            cells[10] = sprintf("%.2f", over_rounds(id, "ratio", "hwm"))
            row()
        }
        print_table()
    }
    if (idle) {
        head("memory a connection, " idle " idle|smtpsim|smtp-sink|aim")
        idle_row("after the greeting", greeted)
        idle_row("after EHLO", ehlo)
        print_table()
    }
}
