#include "profiles/build/build.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/shape.hpp"
#include "profiles/language/extension_line.hpp"
#include "smtp/yaml/reply_text.hpp"
#include "smtp/yaml/tls_changes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using smtp::Protocol;
using smtp::ReplyId;
using smtp::ServerSettings;

/// The server's map, or an empty one: every reader can then ask for any key.
class ServerBuilder {
public:
    ServerBuilder(const Node& server, ServerSettings& out, Problems& problems, Problems& warnings)
        : server_(server), out_(out), problems_(problems), warnings_(warnings) {}

    void build() {
        read_identity();
        read_ehlo_refusal();
        read_extensions();
        read_limits(); // what these set comes before what was announced
        read_verbs();
        read_strictness();
        read_mailboxes();
        read_policies();
        read_replies();
    }

private:
    void say(const Place& place, std::string what) {
        problems_.push_back({place, std::move(what)});
    }

    void read_identity();
    void read_ehlo_refusal();
    void read_limits();
    void read_extensions();
    void read_login();
    void read_tls();
    void read_verbs();
    void read_strictness();
    void read_mailboxes();
    void read_policies();
    void read_replies();

    std::optional<std::uint64_t> size_of(const Node* map, std::string_view key) {
        const Node* const node = map == nullptr ? nullptr : map->find(key);
        return node == nullptr ? std::nullopt : parse_size(node->text);
    }

    const Node& server_;
    ServerSettings& out_;
    Problems& problems_;
    Problems& warnings_;
    std::vector<std::string> announced_;
};

void ServerBuilder::read_identity() {
    if (const Node* const hostname = server_.find("hostname")) out_.hostname = hostname->text;
    if (const Node* const zone = server_.find("zone"))
        out_.zone = parse_zone(zone->text).value_or(ZoneOffset{0});
    if (const Node* const ids = server_.find("ids"))
        out_.ids = ids->text == "dated" ? smtp::IdStyle::dated : smtp::IdStyle::queue;
    if (const Node* const protocol = server_.find("protocol")) {
        if (protocol->text == "smtp") out_.protocol = Protocol::smtp;
        if (protocol->text == "lmtp") out_.protocol = Protocol::lmtp;
    }
    const auto reads_on = [&](std::string_view key) {
        const Node* const word = server_.find(key);
        return word != nullptr && word->text == "read-on";
    };
    out_.reads_on_at_bdat = reads_on("unknown-bdat");
    out_.reads_on_at_http = reads_on("http");
}

void ServerBuilder::read_ehlo_refusal() {
    const Node* const code = server_.find("refuse-ehlo");
    if (code == nullptr) return;
    if (out_.protocol != Protocol::smtp)
        say(code->place, "refuse-ehlo goes with protocol: smtp only");
    const auto value = integer_value(*code);
    if (value == 502U) out_.ehlo_refusal = ReplyId::not_implemented;
    if (value == 504U) out_.ehlo_refusal = ReplyId::parameter_not_implemented;
}

void ServerBuilder::read_limits() {
    constexpr std::uint64_t line_octets_min = 64; // chosen: room for every command and a short path
    const Node* const limits = server_.find("limits");
    if (limits == nullptr) return;
    const auto count = [&](std::string_view key, std::uint64_t& limit) {
        const Node* const node = limits->find(key);
        const auto value = node == nullptr ? std::nullopt : integer_value(*node);
        if (value) limit = *value;
    };
    count("recipients", out_.limits.recipients);
    count("sessions", out_.limits.sessions);
    count("errors", out_.limits.errors);
    if (const Node* const messages = limits->find("messages"))
        out_.limits.messages = integer_value(*messages);
    if (const Node* const rate = limits->find("rate"))
        out_.limits.rate = parse_frequency(rate->text);
    if (const auto message = size_of(limits, "message")) out_.limits.message_octets = *message;
    if (const auto line = size_of(limits, "line")) {
        out_.limits.line_octets = *line;
        if (*line > 0 && *line < line_octets_min)
            say(limits->find("line")->place, "a command line must have room for at least 64B");
    }
    if (const auto line = size_of(limits, "auth-line")) out_.limits.auth_line_octets = *line;
    if (const Node* const handshake = limits->find("handshake"))
        if (const auto time = parse_duration(handshake->text)) out_.limits.handshake = *time;
    if (const Node* const idle = limits->find("idle"))
        if (const auto time = parse_duration(idle->text)) out_.limits.idle = *time;
}

void ServerBuilder::read_extensions() {
    std::set<std::string> keywords;
    const auto read = [&](std::string_view key, auto use) {
        const Node* const list = server_.find(key);
        if (list == nullptr) return;
        for (const NodePtr& item : list->items)
            if (item->kind == NodeKind::text) use(*item, parse_extension(item->text));
    };
    smtp::Extensions pretended;
    read("pretended", [&](const Node&, const ExtensionLine& line) {
        if (line.extension) pretended.add(*line.extension);
    });
    const auto honour = [&](const ExtensionLine& line) {
        if (!line.extension) return;
        out_.extensions.add(*line.extension);
        if (!pretended.has(*line.extension)) set_announced_limits(line, out_.limits);
    };
    read("extensions", [&](const Node& item, const ExtensionLine& line) {
        const std::string odd =
            !keywords.insert(line.keyword).second ? "is announced twice" : odd_extension(item.text);
        if (!odd.empty()) warnings_.push_back({item.place, in_quotes(item.text) + ' ' + odd});
        honour(line);
        announced_.push_back(item.text);
    });
    read("hidden", [&](const Node& item, const ExtensionLine& line) {
        const std::string odd = keywords.contains(line.keyword)
                                    ? "is announced, so it is not hidden"
                                : !line.extension ? "has no behaviour that could be hidden"
                                                  : odd_extension(item.text);
        if (!odd.empty()) say(item.place, in_quotes(item.text) + ' ' + odd);
        honour(line);
    });
    read_login();
    read_tls();
    read("pretended", [&](const Node& item, const ExtensionLine& line) {
        if (!line.extension) return; // the shape has refused it
        if (!out_.honours(*line.extension))
            say(item.place, visible(line.keyword) + " is not among the extensions");
        out_.extensions.remove(*line.extension);
    });
}

void ServerBuilder::read_login() {
    const Node* const auth = server_.find("auth");
    smtp::Mechanisms& mechanisms = out_.login.mechanisms;
    const bool has_line = out_.honours(smtp::Extension::auth);
    if (auth == nullptr && !has_line) return;
    const Node* const list = auth == nullptr ? nullptr : auth->find("mechanisms");
    if (list != nullptr)
        for (const NodePtr& item : list->items)
            if (const auto mechanism = smtpsim::sasl::mechanism_named(item->text))
                mechanisms.set(static_cast<std::size_t>(*mechanism));
    if (list == nullptr) {
        std::string lines = "250\r\n";
        for (const std::string& line : announced_) lines += "250 " + line + "\r\n";
        mechanisms = smtp::announced_in(lines).mechanisms;
    }
    if (mechanisms.none())
        for (const auto usual : {smtpsim::sasl::Mechanism::plain, smtpsim::sasl::Mechanism::login})
            mechanisms.set(static_cast<std::size_t>(usual));
    if (!has_line) {
        std::string line = "AUTH";
        for (const smtpsim::sasl::MechanismRow& row : smtpsim::sasl::mechanism_table)
            if (mechanisms.test(static_cast<std::size_t>(row.mechanism)))
                line += ' ' + std::string(row.name);
        announced_.push_back(std::move(line));
        out_.extensions.add(smtp::Extension::auth);
    }
    if (auth == nullptr) return;
    if (const Node* const users = auth->find("users"))
        for (const Entry& user : users->entries)
            out_.login.users.insert_or_assign(user.key, user.value->text);
    if (const Node* const required = auth->find("required"))
        out_.login.required = is_true(*required);
    if (const Node* const after_tls = auth->find("after-tls"))
        out_.login.after_tls = is_true(*after_tls);
    for (const smtpsim::sasl::MechanismRow& row : smtpsim::sasl::mechanism_table)
        if (row.needs_users && out_.login.users.empty() &&
            mechanisms.test(static_cast<std::size_t>(row.mechanism)))
            return say(auth->place,
                       std::string(row.name) + " needs to know the passwords: name users");
}

void ServerBuilder::read_tls() {
    const Node* const tls = server_.find("tls");
    if (tls == nullptr) return;
    for (const smtp::TlsChange& change : smtp::read_tls_changes(*tls, problems_))
        change(out_.tls.settings);
    const Node* const required = tls->find("required");
    out_.tls.required = required != nullptr && is_true(*required);
    const Node* const starttls = tls->find("starttls");
    const bool off = starttls != nullptr && !is_true(*starttls);
    if (off && out_.honours(smtp::Extension::starttls))
        say(starttls->place, "STARTTLS is among the extensions; where it is not there it is "
                             "pretended: [STARTTLS]");
    if (off || out_.honours(smtp::Extension::starttls)) return;
    announced_.push_back("STARTTLS");
    out_.extensions.add(smtp::Extension::starttls);
}

void ServerBuilder::read_verbs() {
    const Node* const verbs = server_.find("verbs");
    if (verbs == nullptr) return;
    std::map<std::string, std::string> seen; // upper case, and as written
    for (const Entry& entry : verbs->entries) {
        std::string name = entry.key;
        std::ranges::transform(name, name.begin(), to_upper);
        const auto [other, is_new] = seen.emplace(name, entry.key);
        if (!is_new)
            say(entry.place, in_quotes(entry.key) + " is there as " + in_quotes(other->second) +
                                 " too; case does not matter");
        if (const auto reply = smtp::read_reply(*entry.value, problems_))
            out_.verbs.push_back({std::move(name), smtp::compile(*reply)});
    }
}

void ServerBuilder::read_strictness() {
    const Node* const strictness = server_.find("strictness");
    for (const smtp::Finding finding : smtp::tolerable_findings) {
        const std::string_view id = smtp::row(finding).id;
        bool tolerated = finding != smtp::Finding::nested_mail &&
                         finding != smtp::Finding::parameter_not_offered;
        if (strictness != nullptr && strictness->kind == NodeKind::list)
            tolerated = std::ranges::any_of(strictness->items,
                                            [&](const NodePtr& item) { return item->text == id; });
        else if (strictness != nullptr && strictness->text == "strict")
            tolerated = false;
        if (tolerated) out_.tolerates.add(finding);
    }
}

/// Does the list name `word`? Without a list: yes.
bool lists(const Node& map, std::string_view key, std::string_view word) {
    const Node* const list = map.find(key);
    return list == nullptr || std::ranges::any_of(list->items, [&](const NodePtr& item) {
               return item->text == word;
           });
}

void ServerBuilder::read_mailboxes() {
    const Node* const mailboxes = server_.find("mailboxes");
    if (mailboxes == nullptr) return;
    for (const Entry& entry : mailboxes->entries) {
        auto address = Pattern::parse(entry.key);
        if (!address) continue;
        const auto quota = size_of(entry.value.get(), "quota");
        const auto used = size_of(entry.value.get(), "used");
        const Node* const used_node = entry.value->find("used");
        for (const std::string_view key : {"used", "at"})
            if (const Node* const node = entry.value->find(key);
                node != nullptr && entry.value->find("quota") == nullptr)
                say(node->place, std::string(key) + " has no effect without a quota");
        if (used && quota && *used > *quota)
            say(used_node->place,
                "used is more than the quota of " + entry.value->find("quota")->text);
        out_.mailboxes.push_back({*std::move(address), quota, used.value_or(0),
                                  lists(*entry.value, "at", "rcpt"),
                                  lists(*entry.value, "at", "message")});
    }
}

void ServerBuilder::read_policies() {
    if (const Node* const storage = server_.find("storage")) {
        const auto size = size_of(storage, "size");
        const auto used = size_of(storage, "used");
        if (size && used && *used > *size)
            say(storage->find("used")->place, "used is more than the size");
        if (size)
            out_.storage = {*size,
                            used.value_or(0),
                            lists(*storage, "at", "mail"),
                            lists(*storage, "at", "rcpt"),
                            lists(*storage, "at", "data"),
                            lists(*storage, "at", "message")};
    }
    if (const Node* const greylist = server_.find("greylist"))
        if (const Node* const time = greylist->find("for"))
            if (const auto wait = parse_duration(time->text))
                out_.greylist = {*wait, lists(*greylist, "key", "client"),
                                 lists(*greylist, "key", "sender"),
                                 lists(*greylist, "key", "recipient")};
    const Node* const tarpit = server_.find("tarpit");
    const Node* const after = tarpit == nullptr ? nullptr : tarpit->find("after");
    const Node* const delay = tarpit == nullptr ? nullptr : tarpit->find("delay");
    if (after == nullptr || delay == nullptr) return;
    const auto errors = integer_value(*after);
    const auto time = parse_duration(delay->text);
    if (errors && time) out_.tarpit = {*errors, *time};
}

void ServerBuilder::read_replies() {
    std::array<std::optional<smtp::ReplyText>, smtp::reply_count> texts;
    const Node* const replies = server_.find("replies");
    const Node* const wording = server_.find("wording");
    for (const smtp::ReplyRow& row : smtp::reply_table) {
        const Node* const group = row.group == smtp::ReplyGroup::replies ? replies : wording;
        const Node* const node = group == nullptr ? nullptr : group->find(row.name);
        if (node != nullptr)
            texts.at(static_cast<std::size_t>(row.id)) = smtp::read_reply(*node, problems_);
    }
    smtp::set_replies(out_, announced_, texts);
}

} // namespace

void build_server(const Node* server, ServerSettings& out, Problems& problems, Problems& warnings) {
    static const Node all_default;
    ServerBuilder{server == nullptr ? all_default : *server, out, problems, warnings}.build();
}

} // namespace smtpsim::profiles
