#include "smtp/path.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::smtp;

TEST_CASE("paths are read in all the forms that KB155455 and RFC 5321 show", "[path]") {
    struct Row {
        std::string_view argument, mailbox, route, parameters;
    };
    const Row row =
        GENERATE(Row{"FROM:<jdoe@somewhere.com>", "jdoe@somewhere.com", "", ""},
                 Row{"from:<jdoe@somewhere.com>", "jdoe@somewhere.com", "", ""},
                 Row{"FROM: jdoe@somewhere.com", "jdoe@somewhere.com", "", ""},
                 Row{"FROM: jdoe", "jdoe", "", ""}, Row{"FROM : <jdoe@a>", "jdoe@a", "", ""},
                 Row{"FROM:<@HOST1.DOM:USER@HOST2.DOM>", "USER@HOST2.DOM", "@HOST1.DOM", ""},
                 Row{"FROM:@HOST1.DOM:USER@HOST2.DOM", "USER@HOST2.DOM", "@HOST1.DOM", ""},
                 Row{"FROM:<@a.b,@c.d:e@f>", "e@f", "@a.b,@c.d", ""}, Row{"FROM:<>", "", "", ""},
                 Row{"FROM:<> SIZE=1000 BODY=8BITMIME", "", "", "SIZE=1000 BODY=8BITMIME"},
                 Row{"FROM:<\"joe \\\"x\\\" <>\"@d.e>", "\"joe \\\"x\\\" <>\"@d.e", "", ""},
                 Row{"FROM:<a@[127.0.0.1]>", "a@[127.0.0.1]", "", ""},
                 Row{"FROM:<a+b.c!#@d-e_f.g> X=y", "a+b.c!#@d-e_f.g", "", "X=y"});
    CAPTURE(row.argument);
    const auto path = parse_path(row.argument, "FROM");
    REQUIRE(path.has_value());
    CHECK(path->mailbox == row.mailbox);
    CHECK(path->route == row.route);
    CHECK(path->parameters == row.parameters);
}

TEST_CASE("what is no path is refused", "[path]") {
    const std::string_view argument =
        GENERATE("", "FROM", "FROM<a@b>", "TO:<a@b>", "FROM:", "FROM:<", "FROM:<a@b", "FROM:<a@>",
                 "FROM:<@b>", "FROM:<a@b>x", "FROM:<a b@c>", "FROM:<.a@b>", "FROM:<a.@b>",
                 "FROM:<a..b@c>", "FROM:<a@b..c>", "FROM:<a@-b>", "FROM:<\"a@b>", "FROM:<a@[1>",
                 "FROM:<@a.b>", "FROM:<@a.b:>", "FROM:<a@b>>", "FROM:<a@b@c>");
    CAPTURE(argument);
    CHECK_FALSE(parse_path(argument, "FROM").has_value());
}

TEST_CASE("a path longer than RFC 5321 allows is refused", "[path]") { // §4.5.3.1.1 to §4.5.3.1.3
    const auto accepts = [](std::size_t local, std::size_t domain) {
        const std::string argument =
            "TO:<" + std::string(local, 'a') + '@' + std::string(domain, 'd') + '>';
        return parse_path(argument, "TO").has_value();
    };
    CHECK(accepts(64, 100));
    CHECK_FALSE(accepts(65, 100));
    CHECK(accepts(1, 254));
    CHECK_FALSE(accepts(1, 255)); // the path would have 257
}

TEST_CASE("each departure from the grammar is named", "[path]") {
    CHECK_FALSE(parse_path("FROM:<a@b>", "FROM")->departures.any());
    CHECK(parse_path("FROM:a@b", "FROM")->departures.has(Finding::path_without_brackets));
    CHECK(parse_path("FROM: <a@b>", "FROM")->departures.has(Finding::space_before_path));
    CHECK(parse_path("FROM:<a>", "FROM")->departures.has(Finding::path_without_domain));
    CHECK_FALSE(parse_path("TO:<Postmaster>", "TO")->departures.any()); // RFC 5321 §4.1.1.3
}
