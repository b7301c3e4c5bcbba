// Logs: whatever comes, in whatever pieces, entries and oddities are the same, memory is bounded,
// and what is made of a log is a log again.
#include "sim/explain/explain_log.hpp"
#include "sim/smtplog/convert.hpp"
#include "sim/smtplog/lint.hpp"
#include "sim/smtplog/profile_from_log.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::smtplog;

namespace {

void must(bool holds, int line = __builtin_LINE()) {
    if (holds) return;
    std::fprintf(stderr, "line %d does not hold\n", line);
    std::abort();
}

bool is_shown(const std::string& text) { // nothing in it acts on a terminal
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r') return false;
    return true;
}

struct LogItem : EntryHandler {
    std::string text;
    void entry(const Entry& entry) override {
        text += std::to_string(entry.line) + name(entry.kind).data() +
                std::to_string(entry.time.value_or(0)) + std::string(entry.text) + '\n';
    }
    bool wrapped = false;
    void odd(std::uint64_t line, Oddity oddity) override {
        wrapped |= oddity == Oddity::wrapped;
        text += std::to_string(line) + row(oddity).id.data() + '\n';
    }
};

std::string reported(std::string_view log, std::size_t piece) {
    LogItem handler;
    Reader reader{handler};
    for (std::size_t at = 0; at < log.size(); at += piece) reader.give(log.substr(at, piece));
    reader.finish();
    return handler.text;
}

struct Converter : EntryHandler {
    explicit Converter(Notation to) : render(to) { render.begin(text); }
    void entry(const Entry& entry) override { render.entry(entry, text); }
    void odd(std::uint64_t, Oddity) override {}
    LogConverter render;
    std::string text;
};

std::string converted(std::string_view log, Notation to) {
    Converter converter{to};
    Reader reader{converter, *Decoder::open("windows-1252")};
    reader.give(log);
    reader.finish();
    converter.render.finish(converter.text);
    return converter.text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view log{reinterpret_cast<const char*>(data), size};
    must(reported(log, 7) == reported(log, size + 1));

    std::vector<LoggedSession> all;
    Sessions sessions{[&](LoggedSession&& session) { all.push_back(std::move(session)); },
                      [](std::uint64_t, Oddity) {}};
    Lint lint{[](const Finding&) {}};
    for (EntryHandler* const handler :
         {static_cast<EntryHandler*>(&sessions), static_cast<EntryHandler*>(&lint)}) {
        Reader reader{*handler};
        reader.give(log);
        reader.finish();
    }
    sessions.finish();
    std::string text, json, page;
    for (const LoggedSession& session : all) {
        const Explanation explanation = explain(session);
        must(explanation.words.size() == session.lines.size());
        must(explanation.failing == Explanation::npos ||
             explanation.failing < session.lines.size());
        append_text(session, explanation, false, text);
        append_json(session, explanation, json);
        append_html(session, explanation, page);
    }
    must(is_shown(text) && is_shown(json) && is_shown(page));
    must(page.find("<script") == std::string::npos);
    profile_from_log(all, "Smtp.log");
    lint.finish();

    for (const Notation to :
         {Notation{Dialect::imn_1_0}, Notation{Dialect::oe_6}, Notation{Format::swaks},
          Notation{Format::curl}, Notation{Format::json_lines}, Notation{Format::csv}})
        must(is_shown(converted(log, to)));
    LogItem first;
    Reader reader{first, *Decoder::open("windows-1252")};
    reader.give(log);
    reader.finish();
    if (reader.format() != Format::smtp_log || first.wrapped) return 0;
    const std::string once = converted(log, Dialect::imn_1_0);
    must(converted(once, Dialect::imn_1_0) == once);
    return 0;
}
