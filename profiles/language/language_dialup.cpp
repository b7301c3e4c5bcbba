// The part of the language under `link:` and `modem:`.
#include "profiles/language/language.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "profiles/model/dialup.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

std::vector<Key> link_keys() {
    return {{"speed", &speed_shape(), "Bits a second, each way unless `up` is set."},
            {"up", &speed_shape(), "Bits a second from the client."},
            {"latency", &positive_duration_shape(), "One way."},
            {"jitter", &positive_duration_shape(), "A further random delay of at most this."},
            {"noise", &odds_shape(), "This part of the bits is flipped, in bursts."}};
}

const Shape& answer_shape() {
    static const Shape shape = [] {
        std::vector<std::string> words;
        for (const AnswerRow& row : answer_table) words.emplace_back(row.name);
        return one_of("who answers, such as smtp or busy", std::move(words));
    }();
    return shape;
}

const Shape& calls_shape() {
    static const Shape record = record_of(
        "a map with answers",
        {{"answers", &answer_shape(), "Who answers.", true},
         {"rings", &count_shape(), "The number of rings before the answer. Unless set: once."},
         {"speed", &speed_shape(), "The speed of the connection. Unless set: the line's."},
         {"up", &speed_shape(), "The same, from the caller."}});
    static const Shape item = choice_of(answer_shape().expected, {&answer_shape(), &record});
    static const Shape calls = list_of("a list of calls", item);
    static const Shape shape = [] {
        Shape choice = choice_of("who answers, or a list of that, call by call",
                                 {&answer_shape(), &record, &calls});
        choice.definition = "call";
        choice.summary = "Who answers: ";
        for (const AnswerRow& row : answer_table)
            choice.summary += (row.answer == Answer::smtp ? "`" : ", `") + std::string(row.name) +
                              "` (" + std::string(row.summary) + ")";
        choice.summary +=
            ". With a list each call uses the next item; further calls use the last item.";
        return choice;
    }();
    return shape;
}

const Shape& phone_book_shape() {
    static const Shape shape = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of numbers and who answers";
        map.key_expected = "a number such as 5551234, or a pattern";
        map.key_pattern = "^[0-9A-D*#?/+.()\\[\\]|^$-]{1,64}$";
        map.key_objection = pattern_shape().objection;
        map.item = &calls_shape();
        return compile(std::move(map));
    }();
    return shape;
}

const Shape& provider_shape() {
    static const Shape auth = [] {
        std::vector<std::string> words;
        for (const std::string_view name : ppp_auth_names) words.emplace_back(name);
        return one_of(std::move(words));
    }();
    static const Shape auths = list_of("a list of pap, chap, ms-chap and ms-chap-v2", auth);
    static const Shape users = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of users and passwords";
        map.key_expected = "a user's name";
        map.key_pattern = "^[\\x21-\\x7e]{1,64}$";
        map.item = &text_shape();
        return compile(std::move(map));
    }();
    static const Shape name = text_like("a host's name such as mail.isp.test",
                                        "^[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$");
    static const Shape names = list_of("a list of host names", name);
    static const Shape mru = [] {
        Shape number;
        number.form = Form::integer;
        number.expected = "octets from 128 to 1500";
        number.least = 128;
        number.most = 1500;
        return number;
    }();
    static const Shape shape = record_of(
        "a map that describes the provider",
        {{"auth", &auths,
          "The login methods of PPP, requested in this order. Unless set: `pap` and `chap`; with "
          "`none` there is no login."},
         {"users", &users,
          "Users who can log in, and their passwords. Unless set: any name and password."},
         {"mru", &mru, "The Maximum-Receive-Unit that the provider requests. Unless set: 1500."},
         {"banner", &text_shape(), "The text before the login prompt."},
         {"login", &text_shape(), "The login prompt. Unless set: `login: `."},
         {"password", &text_shape(), "The password prompt. Unless set: `Password: `."},
         {"names", &names,
          "More names for which the name server gives the mail server's address, besides "
          "`server.hostname`."}});
    return shape;
}

} // namespace

const Shape& link_shape() {
    static const Shape shape = [] {
        Shape record = record_of("a map such as {speed: 28800bps}", link_keys());
        record.definition = "link";
        record.summary = "The line in front of an endpoint: its speed, delay and noise.";
        return record;
    }();
    return shape;
}

const Shape& modem_shape() {
    static const Shape personality =
        text_like("a modem such as usr-courier, or a path", "^[^\\x00-\\x1f]{1,255}$");
    static const Shape shape = [] {
        Shape record = record_of(
            "a map that describes the modem",
            {{"personality", &personality,
              "The modem: a built-in's name (`smtpsim modem list`), or a file beside this one. "
              "Unless set: `generic`."},
             {"line", &link_shape(), "The telephone line. Unless set: 28800bps."},
             {"phone-book", &phone_book_shape(),
              "Who answers which number; the first match counts. Unless set, the mail server "
              "answers every call."},
             {"provider", &provider_shape(), "The provider that `login` and `ppp` reach."}});
        record.definition = "modem";
        record.summary = "The modem, and the line, phone book and provider that it reaches: used "
                         "by `smtpsim modem`.";
        return record;
    }();
    return shape;
}

} // namespace smtpsim::profiles
