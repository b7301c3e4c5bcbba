#include "profiles/build/build.hpp"

#include "core/units.hpp"
#include "core/yaml/shape.hpp"

#include <algorithm>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

void read_speeds(const Node& map, std::uint64_t& down_bps, std::uint64_t& up_bps) {
    if (const Node* const speed = map.find("speed"))
        down_bps = up_bps = parse_speed(speed->text).value_or(0);
    if (const Node* const up = map.find("up")) up_bps = parse_speed(up->text).value_or(0);
}

void read_text(const Node& map, std::string_view key, std::string& out) {
    if (const Node* const node = map.find(key)) out = node->text;
}

void read_link(const Node& map, Link& out) {
    const auto read_duration = [&](std::string_view key, Duration& to) {
        if (const Node* const node = map.find(key))
            to = parse_duration(node->text).value_or(Duration{0});
    };
    read_speeds(map, out.down_bps, out.up_bps);
    read_duration("latency", out.latency);
    read_duration("jitter", out.jitter);
    if (const Node* const noise = map.find("noise"))
        if (const auto odds = parse_ratio(noise->text)) out.noise = *odds;
}

std::optional<Call> read_call(const Node& node) {
    const Node* const name = node.kind == NodeKind::map ? node.find("answers") : &node;
    if (name == nullptr) return std::nullopt;
    const auto* const answer = std::ranges::find(answer_table, name->text, &AnswerRow::name);
    if (answer == answer_table.end()) return std::nullopt;
    Call out{answer->answer};
    if (const Node* const rings = node.find("rings"))
        out.rings = integer_value(*rings).value_or(out.rings);
    read_speeds(node, out.down_bps, out.up_bps);
    return out;
}

void read_phone_book(const Node& map, std::vector<PhoneBookEntry>& out) {
    for (const Entry& entry : map.entries) {
        auto number = Pattern::parse(entry.key);
        if (!number) continue;
        PhoneBookEntry line{*std::move(number), {}};
        const Node& value = *entry.value;
        if (value.kind == NodeKind::list) {
            for (const NodePtr& item : value.items)
                if (const auto call = read_call(*item)) line.calls.push_back(*call);
        } else if (const auto call = read_call(value)) {
            line.calls.push_back(*call);
        }
        if (!line.calls.empty()) out.push_back(std::move(line));
    }
}

void read_provider(const Node& map, Provider& out, Problems& problems) {
    const Node* const auth = map.find("auth");
    if (auth != nullptr) {
        out.auth.clear();
        for (const NodePtr& item : auth->items) {
            const auto* const name = std::ranges::find(ppp_auth_names, item->text);
            if (name != ppp_auth_names.end())
                out.auth.push_back(static_cast<PppAuth>(name - ppp_auth_names.begin()));
        }
        const bool none = std::ranges::find(out.auth, PppAuth::none) != out.auth.end();
        if (none && out.auth.size() > 1)
            problems.push_back({auth->place, "none goes with nothing else"});
    }
    if (const Node* const users = map.find("users"))
        for (const Entry& user : users->entries) out.users[user.key] = user.value->text;
    if (const Node* const mru = map.find("mru"))
        out.mru = static_cast<std::uint16_t>(std::min<std::uint64_t>(
            integer_value(*mru).value_or(out.mru), std::numeric_limits<std::uint16_t>::max()));
    const bool proves = std::ranges::find(out.auth, PppAuth::ms_chap_v2) != out.auth.end();
    if (auth != nullptr && proves && out.users.empty())
        problems.push_back({auth->place,
                            "ms-chap-v2 needs users: the provider proves that it knows "
                            "the password"});
    read_text(map, "banner", out.banner);
    read_text(map, "login", out.login);
    read_text(map, "password", out.password);
    if (const Node* const names = map.find("names"))
        for (const NodePtr& name : names->items) out.names.push_back(name->text);
}

} // namespace

void build_link(const Node* link, std::optional<Link>& out) {
    if (link == nullptr) return;
    read_link(*link, out.emplace());
}

void build_modem(const Node* modem, Modem& out, Problems& problems) {
    if (modem == nullptr) return;
    if (const Node* const personality = modem->find("personality")) {
        out.personality = personality->text;
        out.personality_place = personality->place;
    }
    if (const Node* const line = modem->find("line")) read_link(*line, out.line);
    if (const Node* const book = modem->find("phone-book")) read_phone_book(*book, out.phone_book);
    if (const Node* const provider = modem->find("provider"))
        read_provider(*provider, out.provider, problems);
}

} // namespace smtpsim::profiles
