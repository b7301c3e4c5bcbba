// smtpsim log: read, explain, check, convert and generate logs of SMTP sessions.
#include "app/cli.hpp"
#include "app/clients.hpp"
#include "app/commands.hpp"
#include "app/log_input.hpp"

#include "core/json.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "sim/explain/explain_log.hpp"
#include "sim/generate/generate.hpp"
#include "sim/smtplog/compare_journal.hpp"
#include "sim/smtplog/convert.hpp"
#include "sim/smtplog/lint.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

namespace smtpsim::app {
namespace {

using namespace smtplog;

constexpr const char* usual_encoding = "windows-1252"; // Windows in western Europe and the Americas

struct ExplainOptions {
    std::vector<std::string> files;
    std::uint64_t session = 0;
    Reading reading{usual_encoding};
    bool json = false, html = false;
};

Exit explain_files(const ExplainOptions& options) {
    std::string out;
    bool any = false;
    const bool colour = ::isatty(STDOUT_FILENO) == 1;
    if (options.json) std::cout << "[\n";
    if (options.html) begin_html(options.files.front(), out);
    for (const std::string& file : options.files) {
        const auto take = [&](LoggedSession&& session) {
            if (options.session != 0 && session.number != options.session) return;
            const Explanation explanation = explain(session);
            if (options.json) {
                if (any) out += ",\n";
                append_json(session, explanation, out);
            } else if (options.html) {
                append_html(session, explanation, out);
            } else {
                append_text(session, explanation, colour, out);
            }
            any = true;
            std::cout << out;
            out.clear();
            check_output();
        };
        read_sessions(file, take, options.reading);
    }
    if (options.json) std::cout << "\n]\n";
    if (options.html) end_html(out);
    std::cout << out;
    if (!any)
        throw Stop{
            Exit::bad_input,
            options.files.front() + ": no session" +
                (options.session == 0 ? std::string{} : ' ' + std::to_string(options.session))};
    return Exit::passed;
}

struct CheckOptions {
    std::string file, journal;
    Reading reading;
    bool json = false;
};

/// Findings on standard output, as they come.
class Findings {
public:
    Findings(std::string file, bool json) : file_(std::move(file)), json_(json) {}
    void report(const Finding& finding) {
        const std::string_view what = row(finding.difference).id;
        std::string out;
        if (json_) {
            out = (count_ == 0 ? "[\n" : ",\n") + std::string("  {\"line\": ") +
                  std::to_string(finding.line) + ", \"difference\": \"" + std::string(what) +
                  "\", \"text\": ";
            append_json_text(finding.text, out);
            out += '}';
        } else {
            out = file_ + ':' + std::to_string(finding.line) + ": " + std::string(what) + ": " +
                  printable(finding.text) + '\n';
        }
        std::cout << out;
        ++count_;
    }
    bool any() const { return count_ > 0; }
    void finish(std::uint64_t lines) {
        if (json_)
            std::cout << (any() ? "\n]\n" : "[]\n");
        else if (!any())
            std::cout << printable(file_) << ": " << lines << " lines: ok\n";
    }

private:
    std::string file_;
    bool json_;
    std::uint64_t count_ = 0;
};

Exit check_log(CheckOptions options) {
    options.reading.as_it_is = true; // a password in it is a finding
    Findings findings{options.file, options.json};
    const auto report = [&](const Finding& finding) { findings.report(finding); };
    std::uint64_t lines = 0;
    if (options.journal.empty()) {
        Lint lint{report};
        read_log(options.file, lint, options.reading);
        lint.finish();
        lines = lint.lines();
    } else {
        WholeLog log;
        read_log(options.file, log, options.reading);
        const auto compared = compare(log, or_stop(read_whole(options.journal), Exit::bad_input));
        if (compared.has_error())
            throw Stop{Exit::bad_input, options.journal + ": " + compared.error().what};
        std::ranges::for_each(*compared, report);
        lines = log.lines.size();
    }
    findings.finish(lines);
    return findings.any() ? Exit::failed : Exit::passed;
}

struct ConvertOptions {
    std::string file, to;
    Reading reading{usual_encoding};
    bool bare = false;
};

Notation notation_named(const std::string& name) {
    std::vector<std::string_view> names;
    for (const DialectRow& row : dialect_table) {
        if (row.name == name) return row.dialect;
        names.push_back(row.name);
    }
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        if (static_cast<Format>(i) == Format::smtp_log) continue; // one of its dialects is
        if (format_names.at(i) == name) return static_cast<Format>(i);
        names.push_back(format_names.at(i));
    }
    stop(Exit::bad_input, "--to: no notation called " + visible(name) + did_you_mean(name, names));
}

class Converter : public EntryHandler {
public:
    Converter(Notation notation, bool bare, Oddities& oddities)
        : render_(notation, bare), oddities_(oddities) {
        render_.begin(out_);
    }
    void entry(const Entry& entry) override {
        render_.entry(entry, out_);
        if (out_.size() > chunk_octets) write();
    }
    void odd(std::uint64_t line, Oddity oddity) override { oddities_.report(line, oddity); }
    void finish() {
        render_.finish(out_);
        write();
    }

private:
    void write() {
        std::cout.write(out_.data(), static_cast<std::streamsize>(out_.size()));
        out_.clear();
        check_output();
    }

    LogConverter render_;
    Oddities& oddities_;
    std::string out_;
};

Exit convert(const ConvertOptions& options) {
    Oddities oddities{options.file, options.reading.quiet};
    Converter converter{notation_named(options.to), options.bare, oddities};
    read_log(options.file, converter, options.reading);
    converter.finish();
    return Exit::passed;
}

struct GenerateOptions {
    std::uint64_t count = 10;
    std::optional<std::uint64_t> seed;
    std::string fault, mix, out, labels, shard;
    bool quiz = false, quiet = false, force = false;
};

Mix mix_of(const GenerateOptions& options) {
    Mix mix = usual_mix();
    if (!options.mix.empty()) {
        auto read = read_mix(or_stop(read_file(options.mix), Exit::bad_input), options.mix);
        if (read.has_error()) stop_with(read.error());
        mix = *std::move(read);
    }
    if (!options.fault.empty()) mix.failures = {{options.fault, 1}};
    return mix;
}

std::string file_name(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits + ".log";
}

void make_folder(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) stop(Exit::environment, path.string() + ": cannot make: " + error.message());
}

/// Logs of another run would be taken for logs of this one.
void check_empty(const std::filesystem::path& folder) {
    std::error_code ignored; // what is no folder is refused when it is made
    if (!std::filesystem::is_directory(folder, ignored)) return;
    if (!std::filesystem::is_empty(folder, ignored))
        stop(Exit::bad_input, folder.string() + ": is not empty; name another folder, or --force");
}

std::ofstream open_file(const std::filesystem::path& path) {
    std::ofstream file{path, std::ios::binary};
    if (!file) stop(Exit::environment, path.string() + ": cannot write: " + std::strerror(errno));
    return file;
}

Exit generate(const GenerateOptions& options) {
    const auto [part, of] = shard_option(options.shard);
    const std::uint64_t seed = options.seed ? *options.seed : std::random_device{}();
    auto generator = Generator::open(mix_of(options), seed);
    if (generator.has_error()) stop(Exit::bad_input, generator.error().what);
    const std::filesystem::path folder{options.out};
    if (options.quiz && options.out.empty())
        stop(Exit::bad_input, "--quiz needs --out: the logs and the answers are written apart");
    const std::filesystem::path logs = options.quiz ? folder / "logs" : folder;
    if (!options.out.empty()) {
        if (!options.force) check_empty(folder);
        make_folder(logs);
    }
    const std::string shard =
        of == 1 ? "" : '-' + std::to_string(part) + "-of-" + std::to_string(of);
    std::ofstream labels;
    if (!options.labels.empty()) labels = open_file(options.labels);
    if (options.quiz) labels = open_file(folder / ("answers" + shard + ".jsonl"));
    const bool progress = !options.quiet && ::isatty(STDERR_FILENO) == 1;
    if (!options.quiet && !options.seed) std::cerr << "smtpsim: seed " << seed << '\n';
    for (std::uint64_t number = part; number <= options.count; number += of) {
        const Generated made = (*generator)->make(number);
        const std::string name = file_name(number);
        if (options.out.empty()) {
            std::cout << made.log;
            check_output();
        } else {
            std::ofstream file = open_file(logs / name);
            file << made.log;
            if (!file.flush()) stop(Exit::environment, (logs / name).string() + ": cannot write");
        }
        if (labels.is_open()) labels << label(made, name, seed, number);
        if (progress && (number / of) % 64 == 0)
            std::cerr << '\r' << number * 100 / options.count << "% of " << options.count
                      << " logs";
    }
    if (progress) std::cerr << "\r\x1b[K";
    if (labels.is_open() && !labels.flush()) stop(Exit::environment, "the labels: cannot write");
    return Exit::passed;
}

Option secrets_option(Reading& reading) {
    return {"--reveal-secrets", &reading.as_it_is, "Show passwords that are in the log"};
}

Option quiet_option(Reading& reading) {
    return {"--quiet", &reading.quiet, "Nothing but errors on standard error"};
}

Option encoding_option(Reading& reading) {
    return {.name = "--encoding",
            .target = &reading.code_page,
            .help = "The encoding of lines that are not UTF-8, as iconv names it",
            .default_shown = true};
}

Command explain_command() {
    static ExplainOptions options;
    options = {};
    return {
        .name = "explain",
        .summary = "What went wrong, and where to look",
        .footer = "Example:\n  smtpsim log explain Smtp.log\n"
                  "  smtpsim log explain --html Smtp.log > smtp-log.html",
        .options =
            {
                {.name = "FILE",
                 .target = &options.files,
                 .help = "A log, or - for standard input",
                 .required = true},
                {"--session", Number{&options.session, 1, count_max},
                 "Only the session of this number"},
                {.name = "--json",
                 .target = &options.json,
                 .help = "As a JSON list of objects",
                 .excludes = "--html"},
                {"--html", &options.html, "As one HTML page that needs no other file"},
                secrets_option(options.reading),
                quiet_option(options.reading),
                encoding_option(options.reading),
            },
        .run = [] { return explain_files(options); },
    };
}

Command generate_command() {
    static GenerateOptions options;
    options = {};
    return {
        .name = "generate",
        .summary = "Make realistic Smtp.log files, with the answers",
        .footer = "Examples:\n  smtpsim log generate --count 1000 --seed 1 --out logs "
                  "--labels labels.jsonl\n"
                  "  smtpsim log generate --fault 'kb155455/rcpt/*' --count 3",
        .options =
            {
                {.name = "--count",
                 .target = Number{&options.count, 1, count_max},
                 .help = "How many logs",
                 .default_shown = true},
                {"--seed", &options.seed, "The same seed gives the same octets"},
                {.name = "--fault",
                 .target = &options.fault,
                 .help = "Only failures whose id matches this glob",
                 .excludes = "--mix"},
                {"--mix", &options.mix, "A file that sets the failures and their weights"},
                {"--out", &options.out,
                 "Write each log to a file in this folder (default: all to standard output)"},
                {"--force", &options.force, "Write into a folder that is not empty"},
                {.name = "--labels",
                 .target = &options.labels,
                 .help = "Write what each log shows, as JSON lines",
                 .excludes = "--quiz"},
                {"--quiz", &options.quiz, "Logs and answers in folders of their own"},
                {"--shard", &options.shard, "i/n: only every n-th log, from the i-th"},
                {"--quiet", &options.quiet, "No progress on standard error"},
            },
        .run = [] { return generate(options); },
    };
}

Command check_command() {
    static CheckOptions options;
    options = {};
    return {
        .name = "check",
        .summary = "Compare a log with its format, and with what was exchanged",
        .footer = "Exit code 0: they agree; 1: they do not.\n"
                  "Example:\n  smtpsim log check Smtp.log --journal journal.jsonl",
        .options =
            {
                {.name = "FILE",
                 .target = &options.file,
                 .help = "A log, or - for standard input",
                 .required = true},
                {"--journal", &options.journal,
                 "What was exchanged: JSON lines of serve or send --journal"},
                {"--json", &options.json, "As a JSON list of objects"},
                quiet_option(options.reading),
            },
        .run = [] { return check_log(options); },
    };
}

Command convert_command() {
    static ConvertOptions options;
    options = {};
    return {
        .name = "convert",
        .summary = "The same log in another notation",
        .footer = "Example:\n  smtpsim log convert Smtp.log --to json",
        .options =
            {
                {.name = "FILE",
                 .target = &options.file,
                 .help = "A log, or - for standard input",
                 .required = true},
                {.name = "--to",
                 .target = &options.to,
                 .help =
                     "imn-1.0, oe-4, oe-5, oe-6, json (an entry on each line), csv, curl or swaks",
                 .required = true},
                {"--bare", &options.bare, "Without tag and time, as KB155455 prints it"},
                secrets_option(options.reading),
                quiet_option(options.reading),
                encoding_option(options.reading),
            },
        .run = [] { return convert(options); },
    };
}

} // namespace

Command log_command() {
    return {
        .name = "log",
        .summary = "Explain, check, convert and generate Smtp.log files",
        .footer = "Example:\n  smtpsim log explain Smtp.log",
        .subcommands = {explain_command(), generate_command(), check_command(), convert_command()},
    };
}

} // namespace smtpsim::app
