#include "serial/internet/dns.hpp"

#include "serial/internet/wire.hpp"

#include <algorithm>

namespace smtpsim::internet::dns {

namespace {

constexpr std::size_t header_size = 12, max_label = 63, max_name = 255;
constexpr std::uint16_t class_in = 1, class_any = 255;
constexpr std::string_view reverse_tree = ".in-addr.arpa"; // RFC 1035 §3.5

// The second word of the header (RFC 1035 §4.1.1).
constexpr unsigned is_response = 0x8000, opcode_mask = 0x7800, truncated = 0x0200,
                   recursion_desired = 0x0100, recursion_available = 0x0080;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// `name` itself or one below it; everything is below the root.
bool within(std::string_view name, std::string_view domain) {
    if (domain.empty()) return true;
    if (name.size() == domain.size()) return same(name, domain);
    return name.size() > domain.size() && name[name.size() - domain.size() - 1] == '.' &&
           same(name.substr(name.size() - domain.size()), domain);
}

void add_octet_of_label(std::string& name, char c) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet > ' ' && octet < 0x7f && c != '.' && c != '\\') {
        name += c;
        return;
    }
    name += '\\';
    name += static_cast<char>('0' + octet / 100);
    name += static_cast<char>('0' + octet / 10 % 10);
    name += static_cast<char>('0' + octet % 10);
}

/// Moves `at` past the name. A question comes first in a message, so a pointer in it could lead
/// to no name and is refused.
std::optional<std::string> read_name(std::string_view message, std::size_t& at) {
    std::string name;
    const std::size_t begin = at;
    while (at < message.size()) {
        const std::size_t length = get8(message, at++);
        if (length == 0) return name;
        if (length > max_label || length > message.size() - at ||
            at + length + 1 - begin > max_name)
            return std::nullopt;
        if (!name.empty()) name += '.';
        for (const char c : message.substr(at, length)) add_octet_of_label(name, c);
        at += length;
    }
    return std::nullopt;
}

/// `name` is valid.
void add_name(std::string& out, std::string_view name) {
    while (!name.empty()) {
        const std::size_t length = std::min(name.find('.'), name.size());
        add8(out, static_cast<unsigned>(length));
        out += name.substr(0, length);
        name.remove_prefix(std::min(length + 1, name.size()));
    }
    add8(out, 0);
}

/// "25.2.0.10.in-addr.arpa"
std::string reverse_name(Address address) {
    const Address reversed =
        address >> 24 | (address >> 8 & 0xff00) | (address << 8 & 0xff0000) | address << 24;
    return text(reversed) + std::string{reverse_tree};
}

/// One answer message; records that do not fit are left out.
class Writer {
public:
    explicit Writer(const Query& query) : name_(query.name) {
        add16(out_, query.id);
        add16(out_, is_response | recursion_available |
                        (query.flags & (opcode_mask | recursion_desired)));
        add16(out_, query.question.empty() ? 0 : 1);
        out_.append(6, '\0');
        out_ += query.question;
    }

    bool room() const { return (get16(out_, 2) & truncated) == 0; }
    void address(Address address) {
        std::string data;
        add32(data, address);
        record(answers, name_, type::a, data);
    }
    void name(std::uint16_t type, std::string_view name) {
        if (!valid_name(name)) return;
        std::string data;
        add_name(data, name);
        record(answers, name_, type, data);
    }
    void mail(unsigned preference, std::string_view host) {
        if (!valid_name(host)) return;
        std::string data;
        add16(data, preference);
        add_name(data, host);
        record(answers, name_, type::mx, data);
    }
    void additional_address(std::string_view owner, Address address) {
        std::string data;
        add32(data, address);
        record(additional, owner, type::a, data);
    }

    std::string message(Rcode rcode) && {
        put16(out_, 2, get16(out_, 2) | static_cast<unsigned>(rcode));
        return std::move(out_);
    }

private:
    static constexpr std::size_t answers = 6, additional = 10; // where they are counted

    void record(std::size_t section, std::string_view owner, std::uint16_t type,
                std::string_view data) {
        constexpr unsigned pointer_to_question = 0xc000 | header_size;
        std::string record;
        if (owner == name_)
            add16(record, pointer_to_question);
        else
            add_name(record, owner);
        add16(record, type);
        add16(record, class_in);
        add32(record, 0); // TTL
        add16(record, static_cast<unsigned>(data.size()));
        record += data;
        if (out_.size() + record.size() <= max_message) {
            out_ += record;
            put16(out_, section, get16(out_, section) + 1U);
        } else if (section == answers) {
            put16(out_, 2, get16(out_, 2) | truncated);
        }
    }

    std::string_view name_;
    std::string out_;
};

bool exists(const Zone& zone, std::string_view name) {
    return std::ranges::any_of(zone.hosts,
                               [&](const Zone::Host& host) {
                                   return within(host.name, name) ||
                                          within(reverse_name(host.address), name);
                               }) ||
           std::ranges::any_of(zone.mail, [&](const Zone::MailDomain& domain) {
               return within(domain.name, name);
           });
}

void give_addresses(const Query& query, const Zone& zone, bool wrong, Writer& writer,
                    Answer& answer) {
    const auto give = [&](Address address) {
        writer.address(address);
        if (writer.room()) answer.addresses.push_back(address);
    };
    if (wrong) return give(zone.wrong_address);
    for (const Zone::Host& host : zone.hosts)
        if (same(host.name, query.name)) give(host.address);
}

void give_mail_hosts(const Query& query, const Zone& zone, bool wrong, Writer& writer) {
    constexpr unsigned step = 10;
    unsigned preference = 0;
    for (const Zone::MailDomain& domain : zone.mail)
        if (same(domain.name, query.name)) writer.mail(preference += step, domain.host);
    for (const Zone::MailDomain& domain : zone.mail) {
        if (!same(domain.name, query.name) || !valid_name(domain.host)) continue;
        for (const Zone::Host& host : zone.hosts)
            if (same(host.name, domain.host))
                writer.additional_address(domain.host, wrong ? zone.wrong_address : host.address);
    }
}

void give_host_name(const Query& query, const Zone& zone, Writer& writer) {
    const auto host = std::ranges::find_if(zone.hosts, [&](const Zone::Host& candidate) {
        return same(reverse_name(candidate.address), query.name);
    });
    if (host != zone.hosts.end()) writer.name(type::ptr, host->name);
}

Rcode give(const Query& query, const Zone& zone, std::optional<faults::Act> fault, Writer& writer,
           Answer& answer) {
    if (query.rcode != Rcode::no_error) return query.rcode;
    if (fault == faults::Act::servfail) return Rcode::serv_fail;
    if (fault == faults::Act::nxdomain) return Rcode::nx_domain;
    if (query.klass != class_in && query.klass != class_any) return Rcode::refused;
    const bool wrong = fault == faults::Act::wrong_address;
    const auto asks = [&](std::uint16_t type) {
        return query.type == type || query.type == type::any;
    };
    if (!exists(zone, query.name) && !(wrong && asks(type::a))) return Rcode::nx_domain;
    if (asks(type::a)) give_addresses(query, zone, wrong, writer, answer);
    if (asks(type::mx)) give_mail_hosts(query, zone, wrong, writer);
    if (asks(type::ptr)) give_host_name(query, zone, writer);
    return Rcode::no_error;
}

} // namespace

bool valid_name(std::string_view name) {
    if (name.empty() || name.size() + 2 > max_name) return false;
    while (true) {
        const std::size_t length = std::min(name.find('.'), name.size());
        if (length == 0 || length > max_label) return false;
        if (length == name.size()) return true;
        name.remove_prefix(length + 1);
    }
}

std::optional<Query> read(std::string_view message) {
    if (message.size() < header_size) return std::nullopt;
    Query query;
    query.id = get16(message, 0);
    query.flags = get16(message, 2);
    if ((query.flags & is_response) != 0) return std::nullopt;
    if ((query.flags & opcode_mask) != 0) {
        query.rcode = Rcode::not_imp;
        return query;
    }
    query.rcode = Rcode::form_err;
    const bool one_question = get16(message, 4) == 1; // never another number: RFC 9619
    std::size_t at = header_size;
    auto name = one_question ? read_name(message, at) : std::nullopt;
    if (!name || message.size() - at < 4) return query;
    query.rcode = Rcode::no_error;
    query.name = std::move(*name);
    query.type = get16(message, at);
    query.klass = get16(message, at + 2);
    query.question = message.substr(header_size, at + 4 - header_size);
    return query;
}

std::optional<Answer> answer(const Query& query, const Zone& zone,
                             std::optional<faults::Act> fault) {
    if (fault == faults::Act::no_answer) return std::nullopt;
    Answer answer;
    Writer writer{query};
    answer.rcode = give(query, zone, fault, writer, answer);
    answer.message = std::move(writer).message(answer.rcode);
    return answer;
}

} // namespace smtpsim::internet::dns
