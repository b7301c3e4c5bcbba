#include "serial/modem/result_codes.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::modem {
namespace {

/// The result codes that each of X0 to X4 permits beside the codes 0 to 4.
struct Gate {
    bool rates, dial_tone, busy;
};
constexpr std::array<Gate, 5> gates{{{false, false, false},
                                     {true, false, false},
                                     {true, true, false},
                                     {true, false, true},
                                     {true, true, true}}};

Gate gate_of(const Settings& settings) { return gates.at(settings.of(Setting::results)); }

/// A protocol or compression in each way of writing it.
struct Spelling {
    std::string_view name, rockwell, v250, courier;
};
constexpr std::array spellings{
    Spelling{"LAPM", "LAP-M", "LAPM", "LAPM"},       Spelling{"ALT", "ALT", "ALT", "MNP"},
    Spelling{"V42BIS", "V.42BIS", "V42B", "V42BIS"}, Spelling{"V44", "V.44", "V44", "V44"},
    Spelling{"CLASS 5", "CLASS 5", "MNP5", "MNP5"},  Spelling{"NONE", "NONE", "NONE", "NONE"},
};

Spelling spelling_of(std::string_view name) {
    const auto at = std::ranges::find(spellings, name, &Spelling::name);
    return at == spellings.end() ? Spelling{name, name, name, name} : *at;
}

bool protects(const Carrier& carrier) { return carrier.protocol != "NONE"; }
bool compresses(const Carrier& carrier) { return carrier.compression != "NONE"; }

std::string with_rate(std::uint32_t rate) { // at 300 bit/s it is plain CONNECT: V.250 Table 1
    return rate == 300 ? "CONNECT" : "CONNECT " + std::to_string(rate);
}

/// After "CONNECT 28800": as much of /ARQ/V34/LAPM/V42BIS as the settings ask for.
std::string courier_tail(const Carrier& carrier, ConnectText text) {
    std::string out = protects(carrier) ? "/ARQ" : text == ConnectText::arq ? "" : "/NONE";
    if (text == ConnectText::arq) return out;
    if (!protects(carrier)) return '/' + carrier.modulation + out;
    out += '/' + carrier.modulation;
    if (text == ConnectText::modulation) return out;
    out += '/' + std::string(spelling_of(carrier.protocol).courier);
    if (compresses(carrier)) out += '/' + std::string(spelling_of(carrier.compression).courier);
    return out;
}

/// After "CONNECT 57600": "/V.34 28800/V.42bis", as ZyXEL's modems write it.
std::string terminal_tail(const Carrier& carrier) {
    const Modulation* const modulation = modulation_named(carrier.modulation);
    std::string out = '/' + std::string(modulation == nullptr ? carrier.modulation
                                                              : std::string(modulation->text));
    out += ' ' + std::to_string(carrier.down_bps);
    if (carrier.compression == "V42BIS") return out + "/V.42bis";
    if (carrier.compression == "CLASS 5") return out + "/MNP5";
    if (carrier.protocol == "LAPM") return out + "/V.42";
    if (carrier.protocol == "ALT") return out + "/MNP4";
    return out + "/NONE";
}

std::string connect_text(const Carrier& carrier, std::uint32_t port_speed, ConnectText text) {
    switch (text) {
    case ConnectText::terminal:
    case ConnectText::reports: return with_rate(port_speed);
    case ConnectText::terminal_full: return with_rate(port_speed) + terminal_tail(carrier);
    case ConnectText::line: return with_rate(carrier.down_bps);
    case ConnectText::arq:
    case ConnectText::modulation:
    case ConnectText::full: return with_rate(carrier.down_bps) + courier_tail(carrier, text);
    }
    return "CONNECT";
}

/// The bits of S95 in Rockwell's modems, which turn each report on, independent of W.
enum ReportBit : std::uint8_t {
    rate_in_connect = 1,
    carrier_report = 4,
    protocol = 8,
    compression = 32
};

void rockwell_reports(const Carrier& carrier, bool all, unsigned bits,
                      std::vector<std::string>& out) {
    if (all || (bits & carrier_report) != 0)
        out.push_back("CARRIER " + std::to_string(carrier.down_bps));
    if (all || (bits & protocol) != 0)
        out.push_back("PROTOCOL: " + std::string(spelling_of(carrier.protocol).rockwell));
    if (all || (bits & compression) != 0)
        out.push_back("COMPRESSION: " + std::string(spelling_of(carrier.compression).rockwell));
}

bool is_on(std::string_view name, const Settings& settings, const ModemModel& model) {
    const Extended* const row = model.extended_command(name);
    if (row == nullptr) return false;
    const auto at = static_cast<std::size_t>(row - model.extended.data());
    return settings.extended[at] == "1";
}

/// V.250 §6.4.2, §6.5.5, §6.6.2, §6.2.13; in this order before CONNECT.
void v250_reports(const Carrier& carrier, std::uint32_t port_speed, const Settings& settings,
                  const ModemModel& model, std::vector<std::string>& out) {
    if (is_on("+MR", settings, model)) {
        out.push_back("+MCR: " + carrier.modulation);
        std::string rates = std::to_string(carrier.down_bps);
        if (carrier.up_bps != carrier.down_bps) rates += ',' + std::to_string(carrier.up_bps);
        out.push_back("+MRR: " + rates);
    }
    if (is_on("+ER", settings, model))
        out.push_back("+ER: " + std::string(spelling_of(carrier.protocol).v250));
    if (is_on("+DR", settings, model))
        out.push_back("+DR: " + std::string(spelling_of(carrier.compression).v250));
    if (is_on("+ILRR", settings, model)) out.push_back("+ILRR: " + std::to_string(port_speed));
}

} // namespace

std::string_view word_of(Outcome outcome, const Settings& settings, const ModemModel& model) {
    const auto results = settings.of<Results>(Setting::results);
    const Gate gate = gate_of(settings);
    const auto if_all = [&](std::string_view word, std::string_view otherwise) {
        return results == Results::all && model.codes.contains(word) ? word : otherwise;
    };
    switch (outcome) {
    case Outcome::busy: return gate.busy ? "BUSY" : "NO CARRIER";
    case Outcome::no_dialtone:
        return gate.dial_tone ? std::string_view(model.no_dial_tone) : "NO CARRIER";
    case Outcome::no_answer: return results == Results::basic ? "NO CARRIER" : "NO ANSWER";
    case Outcome::no_carrier: return "NO CARRIER";
    case Outcome::voice: return if_all("VOICE", "NO CARRIER");
    case Outcome::fax: return if_all("FAX", "NO CARRIER");
    case Outcome::delayed: return if_all("DELAYED", "ERROR");
    case Outcome::blacklisted: return if_all("BLACKLISTED", "ERROR");
    }
    return "NO CARRIER";
}

Announcement announcement(const Carrier& carrier, std::uint32_t port_speed,
                          const Settings& settings, const ModemModel& model) {
    Announcement out;
    auto text = settings.of<ConnectText>(Setting::connect_text);
    const unsigned bits = model.register_row(95) == nullptr ? 0 : settings.s(SRegister::reports);
    rockwell_reports(carrier, text == ConnectText::reports, bits, out.reports);
    v250_reports(carrier, port_speed, settings, model, out.reports);
    if ((bits & rate_in_connect) != 0) text = ConnectText::line;
    out.connect =
        gate_of(settings).rates ? connect_text(carrier, port_speed, text) : std::string("CONNECT");
    return out;
}

std::optional<std::uint16_t> code_of(std::string_view word, const ModemModel& model) {
    for (;;) {
        const auto at = model.codes.find(word);
        if (at != model.codes.end()) return at->second;
        const std::size_t slash = word.rfind('/');
        if (slash != std::string_view::npos)
            word = word.substr(0, slash);
        else if (word.starts_with("CONNECT "))
            word = "CONNECT";
        else
            return std::nullopt;
    }
}

} // namespace smtpsim::modem
