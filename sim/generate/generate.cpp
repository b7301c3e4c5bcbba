#include "sim/generate/generate.hpp"

#include "core/at_most.hpp"
#include "core/json.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "profiles/load/load.hpp"
#include "sim/client/in_memory.hpp"
#include "sim/explain/explain_log.hpp"
#include "sim/generate/sample_names.hpp"
#include "sim/smtplog/writer.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

using profiles::CatalogueEntry;

struct Text : journal::Sink {
    std::string& text;
    explicit Text(std::string& to) : text(to) {}
    void write(std::string_view octets) override { text += octets; }
    void flush() override {}
};

Result<std::string> read_nothing(const std::string& path) { return Failure{path}; }

template <class List> auto drawn_from(const List& list, Rng& dice) {
    return list[static_cast<std::size_t>(dice.below(list.size()))];
}

const Weighted& drawn_from(const std::vector<Weighted>& list, Rng& dice) {
    std::uint64_t sum = 0;
    for (const Weighted& each : list) sum += each.weight;
    std::uint64_t at = dice.below(sum);
    for (const Weighted& each : list) {
        if (at < each.weight) return each;
        at -= each.weight;
    }
    return list.back();
}

std::uint64_t between(std::uint64_t least, std::uint64_t most, Rng& dice) {
    return least + dice.below(most - least + 1);
}

std::string mailbox(Rng& dice) {
    std::string out{drawn_from(given_names, dice)};
    switch (dice.below(3)) {
    case 0: out += '.'; [[fallthrough]];
    case 1: out += drawn_from(family_names, dice); break;
    default: out += std::to_string(dice.below(90) + 10);
    }
    return out + '@' + std::string(drawn_from(domains, dice));
}

/// What a message is made of does not show in a log; how long it takes does.
std::string content_of(std::uint64_t octets) {
    static const std::string lines = [] {
        std::string out;
        while (out.size() < 1UL << 20)
            out += "The quick brown fox jumps over the lazy dog, and the dog does not mind.\n";
        return out;
    }();
    std::string out = "Subject: A message\n\n";
    while (octets > lines.size()) {
        out += lines;
        octets -= lines.size();
    }
    return out + lines.substr(0, at_most(octets, lines.size()));
}

} // namespace

struct Generator::Drawn {
    const CatalogueEntry* entry = nullptr;
    std::string profile, persona, host, computer, address;
    std::vector<client::Mail> mails;
    std::uint64_t size = 0;
    client::Link link;
    Tick start;
    ZoneOffset zone{};
    std::uint64_t seed = 0;
};

Result<std::unique_ptr<Generator>> Generator::open(Mix mix, std::uint64_t seed) {
    std::unique_ptr<Generator> out{new Generator(std::move(mix), seed)};
    for (const Weighted& failure : out->mix_.failures) {
        Choice choice{{}, failure.weight};
        if (failure.name != "none") {
            auto entries = usual_failures(failure.name);
            if (entries.has_error()) return entries.error();
            choice.entries = *std::move(entries);
        }
        out->choices_.push_back(std::move(choice));
    }
    return out;
}

const profiles::Profile& Generator::profile(const std::string& name) {
    auto found = profiles_.find(name);
    if (found == profiles_.end())
        found = profiles_.emplace(name, *profiles::load(name, {}, read_nothing)).first;
    return found->second;
}

const client::Persona& Generator::persona(const std::string& name) {
    auto found = personas_.find(name);
    if (found == personas_.end())
        found = personas_.emplace(name, *client::load_persona(name, read_nothing)).first;
    return found->second;
}

Generated Generator::make(std::uint64_t number) {
    Rng dice{seed_, "log " + std::to_string(number)};
    Generated out;
    // What waits for more than a log holds gives way to another.
    for (int draw = 0; draw < 4; ++draw)
        if (make_one(dice, out)) break;
    return out;
}

bool Generator::make_one(Rng& dice, Generated& out) {
    Drawn drawn;
    std::uint64_t sum = 0;
    for (const Choice& choice : choices_) sum += choice.weight;
    std::uint64_t at = dice.below(sum);
    for (const Choice& choice : choices_) {
        if (at < choice.weight) {
            if (!choice.entries.empty()) drawn.entry = drawn_from(choice.entries, dice);
            break;
        }
        at -= choice.weight;
    }
    drawn.profile = drawn_from(mix_.profiles, dice).name;
    if (drawn.entry != nullptr && drawn.entry->profile != "esmtp")
        drawn.profile = drawn.entry->profile;
    drawn.persona = drawn_from(mix_.personas, dice).name;
    drawn.host =
        std::string(drawn_from(server_labels, dice)) + '.' + std::string(drawn_from(domains, dice));
    drawn.computer = drawn_from(computers, dice);
    drawn.address = "192.0.2." + std::to_string(dice.below(253) + 1); // RFC 5737
    const std::uint64_t messages = between(mix_.messages_least, mix_.messages_most, dice);
    drawn.size = between(mix_.size_least, mix_.size_most, dice);
    const std::string sender = mailbox(dice);
    for (std::uint64_t i = 0; i < messages; ++i) {
        client::Mail mail{sender, {mailbox(dice)}, {}};
        if (dice.below(4) == 0) mail.recipients.push_back(mailbox(dice));
        drawn.mails.push_back(std::move(mail));
    }
    drawn.link.bps = parse_speed(drawn_from(mix_.speeds, dice).name).value_or(0);
    drawn.link.latency = std::chrono::milliseconds{static_cast<std::int64_t>(
        drawn.link.bps > 0 ? between(90, 300, dice) : between(1, 30, dice))};
    drawn.link.address = drawn.address;
    drawn.link.skew = std::chrono::seconds{static_cast<std::int64_t>(dice.below(600)) - 300};
    const auto span = static_cast<std::uint64_t>((mix_.to - mix_.from).count());
    drawn.start = mix_.from +
                  Duration{static_cast<std::int64_t>(dice.below(std::max<std::uint64_t>(span, 1)))};
    drawn.zone = std::chrono::hours{static_cast<std::int64_t>(dice.below(15)) - 8};
    drawn.seed = dice.below(std::numeric_limits<std::uint64_t>::max());

    for (int attempt = 0; attempt < 3; ++attempt)
        if (run_in_memory(drawn, attempt, out)) return true;
    return false;
}

bool Generator::run_in_memory(const Drawn& drawn, int attempt, Generated& out) {
    profiles::Profile server = profile(drawn.profile);
    server.server.hostname = drawn.host;
    if (drawn.entry != nullptr) server.faults = profiles::entry_faults(*drawn.entry);
    const client::Persona& who = persona(drawn.persona);
    std::vector<client::Mail> mails = drawn.mails;
    // A failure that waits for a recipient, a larger message or more of them gets what it waits
    // for.
    if (attempt > 0)
        mails.front().recipients.insert(mails.front().recipients.begin(), "janed@elsewhere.com");
    constexpr std::size_t many = 40;
    while (attempt == 2 && mails.size() < many) mails.push_back(mails.front());
    const std::string content =
        content_of(attempt == 0 ? drawn.size : std::max<std::uint64_t>(drawn.size, 8'000));
    for (client::Mail& mail : mails) mail.content = content;

    out = {};
    Text text{out.log};
    Options options;
    options.dialect = *dialect_named(who.log);
    options.zone = drawn.zone;
    options.started = drawn.start;
    journal::Journal unheard, heard;
    server::Instance run{server, drawn.seed, unheard, nullptr};
    {
        Writer writer{text, options};
        heard.add(writer);
        client::Client client{who, {drawn.host, 25}, drawn.computer, std::move(mails), heard};
        client::run_in_memory(client, run, drawn.link, drawn.start + std::chrono::seconds{1});
        client::Outcome worst = client::Outcome::none;
        for (const client::Report& report : client.results())
            worst = std::max(worst, report.outcome);
        out.outcome = name(worst);
    }
    out.failure = drawn.entry == nullptr ? "none" : drawn.entry->id;
    out.title = drawn.entry == nullptr ? "Nothing goes wrong" : drawn.entry->title;
    out.persona = drawn.persona;
    out.dialect = who.log;
    out.profile = drawn.profile;
    const auto totals = run.engine().totals();
    out.fired = std::ranges::any_of(totals, [](const auto& total) { return total.fires > 0; });
    return drawn.entry == nullptr || out.fired;
}

std::string label(const Generated& generated, std::string_view file, std::uint64_t seed,
                  std::uint64_t number) {
    std::string lines, cause, words;
    bool all_well = true;
    const auto take = [&](LoggedSession&& session) {
        const Explanation explanation = explain(session);
        if (explanation.failing != Explanation::npos)
            lines += (lines.empty() ? "" : ", ") +
                     std::to_string(session.lines[explanation.failing].number);
        if (cause.empty() && !explanation.causes.empty())
            cause = name(explanation.causes.front().area);
        // Of several sessions the first that failed is described.
        if (words.empty() || all_well) words = explanation.headline;
        all_well = all_well && explanation.causes.empty();
    };
    Sessions sessions{take, [](std::uint64_t, Oddity) {}};
    Reader reader{sessions};
    reader.give(generated.log);
    reader.finish();
    sessions.finish();
    std::string out = "{\"file\": ";
    append_json_text(file, out);
    out += ", \"number\": " + std::to_string(number) + ", \"seed\": " + std::to_string(seed);
    const auto member = [&](std::string_view key, std::string_view value) {
        out += ", \"" + std::string(key) + "\": ";
        append_json_text(value, out);
    };
    member("failure", generated.failure);
    member("title", generated.title);
    out += std::string(", \"fired\": ") + (generated.fired ? "true" : "false");
    member("outcome", generated.outcome);
    out += ", \"lines\": [" + lines + ']';
    member("cause", cause);
    member("explanation", words);
    member("persona", generated.persona);
    member("dialect", generated.dialect);
    member("profile", generated.profile);
    return out + "}\n";
}

} // namespace smtpsim::smtplog
