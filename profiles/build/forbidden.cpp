#include "profiles/build/forbidden.hpp"

#include "faults/plan/fault_stage.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using faults::Stage;

struct Permitted {
    Stage stage;
    std::array<int, 14> codes; // the rest are 0
    std::string_view source;
};

/// 421, 500 and 501 may answer any command (RFC 5321 §4.2.4, §4.3.2), 502 to 504 too where a
/// command is not implemented or out of order, 530 where a login or TLS is wanted (RFC 4954 §6, RFC
/// 3207 §4), 451 and 554 where a server cannot go on (§4.2.3).
constexpr std::array anywhere{421, 451, 500, 501, 502, 503, 504, 530, 554};

constexpr std::array permitted_table{
    Permitted{Stage::connect, {220, 421, 521, 554}, "RFC 5321 §3.1, RFC 7504 §3"},
    Permitted{Stage::helo, {250, 521, 550}, "RFC 5321 §4.3.2"},
    Permitted{Stage::ehlo, {250, 521, 550}, "RFC 5321 §4.3.2"},
    Permitted{Stage::starttls, {220, 454}, "RFC 3207 §4"},
    Permitted{Stage::auth, {235, 334, 432, 454, 534, 535, 538}, "RFC 4954 §4, §6"},
    Permitted{Stage::mail, {250, 450, 452, 455, 550, 552, 553, 555, 556}, "RFC 5321 §4.3.2"},
    Permitted{Stage::rcpt,
              {250, 251, 252, 450, 452, 455, 550, 551, 552, 553, 555, 556},
              "RFC 5321 §4.3.2"},
    Permitted{Stage::data, {354, 450, 452, 550, 552}, "RFC 5321 §4.3.2"},
    Permitted{Stage::content, {450, 452, 550, 552}, "RFC 5321 §4.3.2"},
    Permitted{Stage::message, {250, 450, 452, 550, 552, 553}, "RFC 5321 §4.3.2"},
    Permitted{Stage::bdat, {250, 450, 452, 550, 552, 553}, "RFC 3030 §2"},
    Permitted{Stage::rset, {250}, "RFC 5321 §4.3.2"},
    Permitted{Stage::noop, {250}, "RFC 5321 §4.3.2"},
    Permitted{Stage::vrfy, {250, 251, 252, 550, 551, 553}, "RFC 5321 §4.3.2"},
    Permitted{Stage::expn, {250, 252, 550}, "RFC 5321 §4.3.2"},
    Permitted{Stage::help, {211, 214}, "RFC 5321 §4.3.2"},
    Permitted{Stage::etrn, {250, 251, 252, 253, 458, 459}, "RFC 1985 §5.3"},
    Permitted{Stage::turn, {250}, "RFC 821 §4.3"},
    Permitted{Stage::quit, {221}, "RFC 5321 §4.3.2"},
    Permitted{Stage::idle, {421}, "RFC 5321 §3.8"},
};

bool has(std::span<const int> codes, int code) {
    return std::ranges::find(codes, code) != codes.end();
}

/// An effect's node and what it says, for replies whose code is plain.
struct Said {
    const Node* node;
    const faults::SayReply* reply;
};
std::vector<Said> said_by(const Node& list, const faults::Fault& fault) {
    std::vector<Said> out;
    if (list.items.size() != fault.effects.size()) return out; // some were refused
    for (std::size_t i = 0; i < fault.effects.size(); ++i)
        if (const auto* const reply = std::get_if<faults::SayReply>(&fault.effects[i]))
            if (reply->code.find('{') == std::string::npos) // known only when it fires
                out.push_back({list.items[i].get(), reply});
    return out;
}

/// The first line whose enhanced code is of another class than its code.
std::string wrong_class(const faults::SayReply& reply) {
    std::string octets;
    reply.octets.render({}, octets);
    for (std::string_view rest = octets; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.size() < 4) continue;
        const auto enhanced = smtp::parse_enhanced(line.substr(4));
        if (enhanced && enhanced->severity != line.front() - '0')
            return "the class " + std::to_string(enhanced->severity) +
                   " of the enhanced code is not the first digit of " +
                   std::string(line.substr(0, 3)) + " (RFC 2034 §4)";
    }
    return "";
}

std::string objection(const std::string& code, Stage stage) {
    const bool digits = code.size() == 3 && code.find_first_not_of("0123456789") == code.npos;
    if (!digits) return code + " is no reply code (RFC 5321 §4.2)";
    const int value = std::stoi(code);
    if (!smtp::ReplyCode::from(value))
        return code +
               " is no reply code: those are 200 to 559, the middle digit 0 to 5 (RFC 5321 §4.2)";
    const auto* const row = std::ranges::find(permitted_table, stage, &Permitted::stage);
    if (row == permitted_table.end() || has(row->codes, value) || has(anywhere, value)) return "";
    return "no " + code + " is foreseen at " + std::string(name(stage)) + " (" +
           std::string(row->source) + ')';
}

} // namespace

void check_replies(const Node& node, const faults::Fault& fault, Problems& warnings) {
    const Node* const effects = node.find("do");
    if (effects == nullptr) return;
    for (const Said& said : said_by(*effects, fault)) {
        if (std::string what = wrong_class(*said.reply); !what.empty())
            warnings.push_back({said.node->place, std::move(what)});
        for (const faults::StageRow& row : faults::stage_table) {
            if (!fault.at.test(static_cast<std::size_t>(row.stage))) continue;
            std::string what = objection(said.reply->code, row.stage);
            if (what.empty()) continue;
            warnings.push_back({said.node->place, std::move(what)});
            break; // one for an effect
        }
    }
}

} // namespace smtpsim::profiles
