// smtpsim log: read, explain, check, convert and generate logs of SMTP sessions.
#include "sim/app/cli.hpp"

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/smtplog/check.hpp"
#include "sim/smtplog/explain.hpp"
#include "sim/smtplog/render.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

namespace smtpsim::app {
namespace {

using namespace smtplog;

constexpr std::size_t chunk_octets = 1UL << 20;
constexpr std::uint64_t oddities_told_max = 20; // chosen: what fits a screen

/// Oddities on standard error, the first of them one by one.
class Oddities {
public:
    explicit Oddities(std::string file) : file_(std::move(file)) {}
    Oddities(const Oddities&) = delete;
    Oddities& operator=(const Oddities&) = delete;
    ~Oddities() {
        if (count_ > oddities_told_max)
            std::cerr << file_ << ": and " << count_ - oddities_told_max << " more odd lines\n";
    }
    void tell(std::uint64_t line, Oddity oddity) {
        if (++count_ <= oddities_told_max)
            std::cerr << file_ << ':' << line << ": " << row(oddity).summary << '\n';
    }

private:
    std::string file_;
    std::uint64_t count_ = 0;
};

/// The whole file through a reader. Stop: it cannot be read, or is no log at all.
void read_log(const std::string& path, Heed& heed) {
    std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) stop(Exit::environment, path + ": cannot read: " + std::strerror(errno));
    Reader reader{heed};
    std::string chunk(chunk_octets, '\0');
    std::size_t octets = 0;
    while ((octets = std::fread(chunk.data(), 1, chunk.size(), file)) > 0)
        reader.give(std::string_view(chunk).substr(0, octets));
    const bool failed = std::ferror(file) != 0;
    if (file != stdin) std::fclose(file);
    if (failed) stop(Exit::environment, path + ": cannot read");
    reader.finish();
    if (!reader.format()) throw Stop{Exit::bad_input, path + ": no log of an SMTP session"};
}

struct ExplainOptions {
    std::vector<std::string> files;
    std::uint64_t session = 0;
    bool json = false, html = false;
};

void explain_files(const ExplainOptions& options) {
    std::string out;
    bool any = false;
    const bool colour = ::isatty(STDOUT_FILENO) == 1;
    if (options.json) std::cout << "[\n";
    if (options.html) begin_html(options.files.front(), out);
    for (const std::string& file : options.files) {
        Oddities oddities{file};
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
        };
        Sessions sessions{take,
                          [&](std::uint64_t line, Oddity oddity) { oddities.tell(line, oddity); }};
        read_log(file, sessions);
        sessions.finish();
    }
    if (options.json) std::cout << "\n]\n";
    if (options.html) end_html(out);
    std::cout << out;
    if (!any)
        throw Stop{
            Exit::bad_input,
            options.files.front() + ": no session" +
                (options.session == 0 ? std::string{} : ' ' + std::to_string(options.session))};
}

struct CheckOptions {
    std::string file, journal;
    bool json = false;
};

/// A Journal is read whole; 1 GiB is more than anybody checks a log against.
Result<std::string> read_journal(const std::string& path) {
    std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) return Failure{path + ": cannot read: " + std::strerror(errno)};
    constexpr std::size_t octets_max = 1UL << 30;
    std::string text;
    std::string chunk(chunk_octets, '\0');
    std::size_t octets = 0;
    while (text.size() < octets_max &&
           (octets = std::fread(chunk.data(), 1, chunk.size(), file)) > 0)
        text.append(chunk, 0, octets);
    if (file != stdin) std::fclose(file);
    if (text.size() >= octets_max) return Failure{path + ": is larger than 1 GiB"};
    return {boost::system::in_place_value, std::move(text)};
}

void check_file(const CheckOptions& options, Exit& exit_code) {
    WholeLog log;
    read_log(options.file, log);
    std::vector<Finding> findings = lint(log);
    if (!options.journal.empty()) {
        const std::string journal = or_stop(read_journal(options.journal));
        auto compared = compare(log, journal);
        if (compared.has_error())
            throw Stop{Exit::bad_input, options.journal + ": " + compared.error().what};
        findings = *std::move(compared);
    }
    if (!findings.empty()) exit_code = Exit::fell_short;
    std::string out;
    for (const Finding& finding : findings) {
        const DifferenceRow& what = row(finding.difference);
        if (!options.json) {
            out += options.file + ':' + std::to_string(finding.line) + ": " + std::string(what.id) +
                   ": " + visible(finding.text) + '\n';
            continue;
        }
        out += (out.empty() ? "[\n" : ",\n") + std::string("  {\"line\": ") +
               std::to_string(finding.line) + ", \"difference\": \"" + std::string(what.id) +
               "\", \"text\": ";
        append_json_string(finding.text, out);
        out += '}';
    }
    if (options.json) out += out.empty() ? "[]\n" : "\n]\n";
    if (!options.json && findings.empty())
        out = options.file + ": " + std::to_string(log.lines.size()) + " lines: ok\n";
    std::cout << out;
}

struct ConvertOptions {
    std::string file, to;
    bool bare = false;
};

Notation notation_named(const std::string& name) {
    std::vector<std::string_view> names;
    for (const DialectRow& row : dialect_table) {
        if (row.name == name) return row.dialect;
        names.push_back(row.name);
    }
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        if (format_names.at(i) == name) return static_cast<Format>(i);
        names.push_back(format_names.at(i));
    }
    stop(Exit::bad_input, "--to: no notation called " + visible(name) + did_you_mean(name, names));
}

class Converter : public Heed {
public:
    Converter(Notation notation, bool bare, Oddities& oddities)
        : render_(notation, bare), oddities_(oddities) {
        render_.begin(out_);
    }
    void entry(const Entry& entry) override {
        render_.entry(entry, out_);
        if (out_.size() > chunk_octets) write();
    }
    void odd(std::uint64_t line, Oddity oddity) override { oddities_.tell(line, oddity); }
    void write() {
        std::cout.write(out_.data(), static_cast<std::streamsize>(out_.size()));
        out_.clear();
    }

private:
    Render render_;
    Oddities& oddities_;
    std::string out_;
};

void convert(const ConvertOptions& options) {
    Oddities oddities{options.file};
    Converter converter{notation_named(options.to), options.bare, oddities};
    read_log(options.file, converter);
    converter.write();
}

} // namespace

void add_log(CLI::App& app, Exit& exit_code) {
    auto* const command =
        app.add_subcommand("log", "Explain, check, convert and generate Smtp.log files");
    command->require_subcommand(1);

    auto explained = std::make_shared<ExplainOptions>();
    auto* const explains = command->add_subcommand("explain", "What went wrong, and where to look");
    explains->add_option("FILE", explained->files, "A log, or - for standard input")->required();
    explains->add_option("--session", explained->session, "Only the one of this number")
        ->check(CLI::PositiveNumber);
    auto* const json = explains->add_flag("--json", explained->json, "As a JSON list of objects");
    explains->add_flag("--html", explained->html, "As a page that stands alone")->excludes(json);
    explains->footer("Example:\n  smtpsim log explain Smtp.log\n"
                     "  smtpsim log explain --html Smtp.log > smtp-log.html");
    explains->callback([explained] { explain_files(*explained); });

    auto checked = std::make_shared<CheckOptions>();
    auto* const checks = command->add_subcommand(
        "check", "Whether a log is as its format has it, and tells what was exchanged");
    checks->add_option("FILE", checked->file, "A log, or - for standard input")->required();
    checks->add_option("--journal", checked->journal,
                       "What was exchanged: JSON lines of serve or send --journal");
    checks->add_flag("--json", checked->json, "As a JSON list of objects");
    checks->footer("Exit code 0: they agree; 1: not.\n"
                   "Example:\n  smtpsim log check Smtp.log --journal journal.jsonl");
    checks->callback([checked, &exit_code] { check_file(*checked, exit_code); });

    auto converted = std::make_shared<ConvertOptions>();
    auto* const converts = command->add_subcommand("convert", "The same log in another notation");
    converts->add_option("FILE", converted->file, "A log, or - for standard input")->required();
    converts
        ->add_option("--to", converted->to,
                     "imn-1.0, oe-4, oe-5, oe-6, json (a line an entry), csv, curl or swaks")
        ->required();
    converts->add_flag("--bare", converted->bare, "Without tag and time, as KB155455 prints it");
    converts->footer("Example:\n  smtpsim log convert Smtp.log --to json");
    converts->callback([converted] { convert(*converted); });
}

} // namespace smtpsim::app
