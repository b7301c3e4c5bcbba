// The part of the language under `server:`.
#include "profiles/language/language.hpp"

#include "core/text.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "profiles/language/extension_line.hpp"
#include "smtp/server_settings.hpp"
#include "smtp/verb.hpp"
#include "smtp/yaml/reply_shape.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using smtp::ReplyGroup;

const Shape& refuse_ehlo_shape() {
    static const Shape shape = [] {
        Shape code;
        code.form = Form::integer;
        code.expected = "one of 500, 502, 504";
        code.words = {"500", "502", "504"};
        return code;
    }();
    return shape;
}

const Shape& extensions_shape() {
    static const Shape line =
        text_like("an extension such as SIZE 10240000", std::string(extension_pattern));
    static const Shape shape = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of extensions";
        list.item = &line;
        return list;
    }();
    return shape;
}

const Shape& keywords_shape() {
    static const Shape keyword = [] {
        std::vector<std::string> words;
        for (const smtp::ExtensionRow& row : smtp::extension_table)
            if (row.extension != smtp::Extension::pipelining) words.emplace_back(row.keyword);
        Shape shape = one_of("an extension such as CHUNKING", std::move(words));
        shape.refused = {{"PIPELINING", "PIPELINING has no command to refuse; a server that loses "
                                        "grouped commands is use: wild/pipelining-lies-drop"}};
        return shape;
    }();
    static const Shape shape = list_of("a list of extensions", keyword);
    return shape;
}

Shape replies_of(ReplyGroup group) {
    std::vector<Key> keys;
    for (const smtp::ReplyRow& row : smtp::reply_table)
        if (row.group == group)
            keys.push_back({std::string(row.name), &smtp::reply_shape(),
                            "Unless set: `" + std::to_string(row.code.value()) + ' ' +
                                std::string(row.text) + "` (" + std::string(row.source) + ")."});
    return record_of("a map of replies", std::move(keys));
}

const Shape& replies_shape() {
    static const Shape shape = replies_of(ReplyGroup::replies);
    return shape;
}

const Shape& wording_shape() {
    static const Shape shape = replies_of(ReplyGroup::wording);
    return shape;
}

std::string verb_objection(std::string_view name) {
    if (smtp::verb_named(name) == smtp::Verb::unknown) return "";
    return in_quotes(name) + " is a standard command; its reply is set under replies";
}

const Shape& verbs_shape() {
    static const Shape shape = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of verbs and their replies";
        map.key_expected = "a verb of up to 32 letters, digits and hyphens";
        map.key_pattern = "^[A-Za-z0-9][A-Za-z0-9-]{0,31}$";
        map.key_objection = verb_objection;
        map.item = &smtp::reply_shape();
        return compile(std::move(map));
    }();
    return shape;
}

const Shape& passing_shape() {
    static const Shape shape = one_of({"swallow", "read-on"});
    return shape;
}

const Shape& http_shape() {
    static const Shape shape = one_of({"close", "read-on"});
    return shape;
}

const Shape& strictness_shape() {
    static const Shape word = one_of({"strict", "lenient"});
    static const Shape finding = [] {
        Shape id;
        id.expected = "a departure that can be tolerated";
        for (const smtp::Finding tolerable : smtp::tolerable_findings)
            id.words.emplace_back(smtp::row(tolerable).id);
        return id;
    }();
    static const Shape findings = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of what is tolerated";
        list.item = &finding;
        return list;
    }();
    static const Shape shape = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.expected = "strict, lenient or a list of what is tolerated";
        choice.alternatives = {&word, &findings};
        return choice;
    }();
    return shape;
}

const Shape& mailboxes_shape() {
    static const Shape stage = one_of({"rcpt", "message"});
    static const Shape stages = list_of("a list of rcpt and message", stage);
    static const Shape mailbox = record_of(
        "a map, {} for a mailbox without limit",
        {{"quota", &size_shape(),
          "The size of the mailbox; mail beyond it is refused with `wording.mailbox-full`."},
         {"used", &size_shape(), "The used part of the quota at the start. At most the quota."},
         {"at", &stages, "The stages at which a lack of room is noticed. Unless set: both."}});
    static const Shape shape = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of mailboxes";
        map.key_expected = pattern_shape().expected;
        map.key_pattern = pattern_shape().pattern;
        map.key_objection = pattern_shape().objection;
        map.item = &mailbox;
        return compile(std::move(map));
    }();
    return shape;
}

const Shape& storage_shape() {
    static const Shape stage = one_of({"mail", "rcpt", "data", "message"});
    static const Shape stages = list_of("a list of mail, rcpt, data and message", stage);
    static const Shape shape = record_of(
        "a map with size",
        {{"size", &positive_size_shape(), "The size of the whole storage.", true},
         {"used", &size_shape(), "The used part at the start. Unless set: nothing."},
         {"at", &stages, "The stages at which a lack of room is noticed. Unless set: all."}});
    return shape;
}

const Shape& greylist_shape() {
    static const Shape part = one_of({"client", "sender", "recipient"});
    static const Shape key = list_of("a list of client, sender and recipient", part);
    static const Shape shape =
        record_of("a map with for",
                  {{"for", &positive_duration_shape(),
                    "The time after the first attempt during which mail is refused.", true},
                   {"key", &key, "What makes two attempts the same. Unless set: all three."}});
    return shape;
}

const Shape& tarpit_shape() {
    static const Shape shape = record_of(
        "a map with after and delay",
        {{"after", &count_shape(), "This number of errors in a session is answered at once.", true},
         {"delay", &positive_duration_shape(), "The delay of the reply to each further error.",
          true}});
    return shape;
}

const Shape& limits_shape() {
    static const Shape shape = [] {
        Shape limits = record_of(
            "a map of limits",
            {{"message", &positive_size_shape(),
              "The largest message. Unless set: the number of SIZE, otherwise 50MiB."},
             {"recipients", &count_shape(), "Recipients per message. Unless set: 1000."},
             {"sessions", &count_shape(), "Sessions at the same time. Unless set: 10000."},
             {"errors", &count_shape(),
              "Errors before the server sends `wording.too-many-errors` and closes. Unless set: "
              "20."},
             {"line", &positive_size_shape(),
              "The longest command line, including CRLF; at least 64B. Unless set: 2048B."},
             {"auth-line", &positive_size_shape(),
              "The longest line of AUTH and its responses. Unless set: 12288B."},
             {"handshake", &positive_duration_shape(),
              "How long the TLS handshake may take. Unless set: 10s."},
             {"idle", &positive_duration_shape(),
              "How long a client may be silent. Unless set: 5min."},
             {"messages", &count_shape(),
              "Messages per session; at the next MAIL the server sends `wording.too-many-messages` "
              "and "
              "closes."},
             {"rate", &rate_shape(),
              "MAIL commands of one client in a window of time; more get "
              "`wording.rate-exceeded`."}});
        return limits;
    }();
    return shape;
}

} // namespace

const Shape& server_shape() {
    static const Shape hostname =
        text_like("a host name such as smtp.host.com", R"(^[\x21-\x7e]{1,255}$)");
    static const Shape zone =
        text_like("a time zone such as \"-0700\"", "^[+-]([01][0-9]|2[0-3])[0-5][0-9]$");
    static const Shape ids = one_of({"dated", "queue"});
    static const Shape protocol = one_of({"smtp", "esmtp", "lmtp"});
    static const Shape shape = [] {
        Shape server = record_of(
            "a map that describes the server",
            {{"hostname", &hostname,
              "The server's own name, `{host}` in replies. Unless set: localhost."},
             {"zone", &zone,
              "The time zone of `{date}`, in quotes: \"-0700\". Unless set: \"+0000\"."},
             {"ids", &ids,
              "The form of `{id}`: dated is 19960801222422078.AAA43, queue is 4F5002F2A1. Unless "
              "set: queue."},
             {"protocol", &protocol,
              "smtp does not know EHLO, lmtp needs LHLO. Unless set: esmtp."},
             {"refuse-ehlo", &refuse_ehlo_shape(),
              "With protocol smtp, the code that EHLO gets. Unless set: 500."},
             {"banner", &smtp::reply_shape(), "The greeting; the same as `replies.banner`."},
             {"extensions", &extensions_shape(),
              "The lines of the EHLO reply; the server supports these extensions."},
             {"pretended", &keywords_shape(),
              "Extensions that are listed but not supported: the server behaves as if it did "
              "not know them."},
             {"hidden", &extensions_shape(), "Extensions that are supported but not listed."},
             {"tls", &tls_shape(),
              "The settings of TLS; the server supports STARTTLS. Without it there is TLS only at "
              "`--tls-listen`."},
             {"auth", &auth_shape(), "How clients log in; the server supports AUTH."},
             {"replies", &replies_shape(), "The server's normal replies."},
             {"wording", &wording_shape(), "The server's replies when it refuses."},
             {"unknown-bdat", &passing_shape(),
              "What a server without CHUNKING does with the octets after BDAT: swallow passes "
              "them "
              "over (RFC 3030 §2), read-on takes them for commands, as servers before 1995 do. "
              "Unless set: swallow."},
             {"http", &http_shape(),
              "What the server does about a request of HTTP: close says `wording.speaks-no-http` "
              "and closes, read-on takes its lines for commands. Unless set: close."},
             {"verbs", &verbs_shape(), "Private commands and their replies."},
             {"strictness", &strictness_shape(),
              "The departures from the standard that are tolerated. Unless set: lenient, which is "
              "all except nested-mail and parameter-not-offered."},
             {"mailboxes", &mailboxes_shape(),
              "The server's mailboxes: the first pattern that matches counts. Without it every "
              "address is accepted."},
             {"storage", &storage_shape(),
              "Room for all mail together; mail beyond it gets `wording.storage-full`."},
             {"greylist", &greylist_shape(), "Refuse the first attempt with `wording.greylisted`."},
             {"tarpit", &tarpit_shape(), "Delay replies after many errors."},
             {"limits", &limits_shape(), "Limits of sizes, counts and times."}});
        return server;
    }();
    return shape;
}

} // namespace smtpsim::profiles
