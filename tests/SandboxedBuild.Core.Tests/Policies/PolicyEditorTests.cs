using System.Text;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>A rule is put into a policy file as a person would do it; what people wrote stays.</summary>
internal sealed class PolicyEditorTests
{
    private const string Rule = """{ "target": "New" }""";

    // ¶ ends a line; + stands for the new rule.
    [TestCase("""{ "allow": [ { "target": "A" } ] }""", """{ "allow": [ { "target": "A" }, + ] }""", TestName = "one line")]
    [TestCase("""{"allow":[{"target":"A"}]}""", """{"allow":[{"target":"A"}, +]}""", TestName = "one line without spaces")]
    [TestCase("""{ "allow": [ { "target": "A" }, ] }""", """{ "allow": [ { "target": "A" }, +, ] }""", TestName = "one line with a trailing comma")]
    [TestCase("""{ "allow": [ { "target": "A" } /* a ] , */ ] }""", """{ "allow": [ { "target": "A" }, /* a ] , */ + ] }""", TestName = "one line with a comment")]
    [TestCase("""{ "allow": [] }""", """{ "allow": [ + ] }""", TestName = "empty, on one line")]
    [TestCase("""{ "allow": [ ] }""", """{ "allow": [ + ] }""", TestName = "empty with a space")]
    [TestCase("""{ "allow": [ /* none */ ] }""", """{ "allow": [ /* none */ + ] }""", TestName = "empty with a comment")]
    [TestCase("""{ "builtin": false }""", """{ "builtin": false, "allow": [ + ] }""", TestName = "no allow, one line")]
    [TestCase("""{ "builtin": false, }""", """{ "builtin": false, "allow": [ + ], }""", TestName = "no allow, one line, trailing comma")]
    [TestCase("""{ }""", """{ "allow": [ + ] }""", TestName = "nothing but a space")]
    [TestCase("""{}¶""", """{¶  "allow": [¶    +¶  ]¶}¶""", TestName = "nothing at all")]
    [TestCase("""{¶  "allow": []¶}¶""", """{¶  "allow": [¶    +¶  ]¶}¶""", TestName = "empty in a file of several lines")]
    [TestCase("""{¶    "allow": [¶    ]¶}¶""", """{¶    "allow": [¶        +¶    ]¶}¶""", TestName = "empty on two lines, set in by four")]
    [TestCase("""{¶  "allow": [¶    // none yet¶  ]¶}¶""", """{¶  "allow": [¶    // none yet¶    +¶  ]¶}¶""", TestName = "empty with a comment on a line of its own")]
    [TestCase("""{¶  "allow": [¶    { "target": "A" }¶  ]¶}¶""", """{¶  "allow": [¶    { "target": "A" },¶    +¶  ]¶}¶""", TestName = "several lines")]
    [TestCase("""{¶  "allow": [¶    { "target": "A" },¶  ]¶}¶""", """{¶  "allow": [¶    { "target": "A" },¶    +,¶  ]¶}¶""", TestName = "several lines with a trailing comma")]
    [TestCase("""{¶  "allow": [¶    { "target": "A" } // why, oh why¶    /* and */ // more ]¶  ]¶}¶""", """{¶  "allow": [¶    { "target": "A" }, // why, oh why¶    /* and */ // more ]¶    +¶  ]¶}¶""", TestName = "comments after the last rule")]
    [TestCase("""{¶  "allow": [¶    { "target": "A" } // c¶    , // d¶  ]¶}¶""", """{¶  "allow": [¶    { "target": "A" } // c¶    , // d¶    +,¶  ]¶}¶""", TestName = "a comma behind a comment")]
    [TestCase("""{¶  "allow": [ { "target": "A" },¶             { "target": "B" } ]¶}¶""", """{¶  "allow": [ { "target": "A" },¶             { "target": "B" }, + ]¶}¶""", TestName = "brackets on the lines of the rules")]
    [TestCase("""{¶  "allow": [ {¶    "target": "A"¶  } ]¶}¶""", """{¶  "allow": [ {¶    "target": "A"¶  }, + ]¶}¶""", TestName = "a rule on several lines between the brackets")]
    [TestCase("""{¶  "allow": [¶    {¶      "target": "A"¶    }¶  ]¶}¶""", """{¶  "allow": [¶    {¶      "target": "A"¶    },¶    +¶  ]¶}¶""", TestName = "a rule on several lines")]
    [TestCase("""{¶  "$schema": "x"¶}¶""", """{¶  "$schema": "x",¶  "allow": [¶    +¶  ]¶}¶""", TestName = "no allow, several lines")]
    [TestCase("""{¶	"$schema": "x", // c¶}""", """{¶	"$schema": "x", // c¶	"allow": [¶		+¶	],¶}""", TestName = "no allow, tabs, trailing comma, comment")]
    [TestCase("""// top {¶/* [ */ { "\u0061llow": [ { "command": "a ] } , \" //" } ] } // end""", """// top {¶/* [ */ { "\u0061llow": [ { "command": "a ] } , \" //" }, + ] } // end""", TestName = "brackets in comments and texts, an escaped key")]
    [TestCase("""{¶ "allow": [¶   { "target": "Ü日🫧" } // é¶ ],¶ "protect": [ "ü" ]¶}¶""", """{¶ "allow": [¶   { "target": "Ü日🫧" }, // é¶   +¶ ],¶ "protect": [ "ü" ]¶}¶""", TestName = "characters of several bytes")]
    public void A_rule_is_added(string before, string after)
    {
        foreach (var (lineEnd, mark) in new[] { ("\n", ""), ("\r\n", ""), ("\r", ""), ("\n", "\ufeff") })
        {
            Assert.That(PolicyEditor.Add(mark + Text(before, lineEnd), Rule), Is.EqualTo(mark + Text(after, lineEnd)));
        }

        static string Text(string text, string lineEnd) => text.Replace("+", Rule, StringComparison.Ordinal).Replace("¶", lineEnd, StringComparison.Ordinal);
    }

    [Test]
    public void A_new_file_says_where_its_schema_is()
    {
        var text = PolicyEditor.New(Rule);
        Assert.That(text, Is.EqualTo("{\n  \"$schema\": \"urn:sandboxedbuild:sandbox.schema.json\",\n  \"allow\": [\n    { \"target\": \"New\" }\n  ]\n}\n"));
        Assert.That(Targets(text), Is.EqualTo(new[] { "New" }));
    }

    [Test]
    public void Whatever_the_file_looks_like_nothing_else_of_it_changes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var before = new RandomPolicy(random).Text();
            var after = PolicyEditor.Add(before, Rule);
            var told = $"seed {seed}, round {round}\n{before}\n---\n{after}";
            Assert.That(Targets(after), Is.EqualTo(Targets(before).Append("New")), told);
            Assert.That(Remains(before, after), Is.Null, told);
        }
    }

    /// <summary>What of the text before is not in the text after, in its order, around the rule and, before that, a comma.</summary>
    private static string? Remains(string before, string after)
    {
        var at = after.IndexOf(Rule, StringComparison.Ordinal);
        foreach (var insertion in Enumerable.Range(0, before.Length + 1))
        {
            var head = before[..insertion];
            var tail = before[insertion..];
            if (at >= insertion && after.EndsWith(tail, StringComparison.Ordinal) && at + Rule.Length <= after.Length - tail.Length
                && IsFiller(after[(at + Rule.Length)..(after.Length - tail.Length)]) && IsWithComma(head, after[..at]))
            {
                return null;
            }
        }

        return "something else changed";
    }

    /// <summary>Whether a text begins with another one but for one comma more; what follows is white space, or the key of the list.</summary>
    private static bool IsWithComma(string head, string text)
    {
        var same = head.Zip(text).TakeWhile(static pair => pair.First == pair.Second).Count();
        var withComma = same < head.Length && text[same] == ',' && text.AsSpan(same + 1).StartsWith(head.AsSpan(same));
        return (same == head.Length || withComma) && IsFiller(text[(head.Length + (withComma ? 1 : 0))..]);
    }

    private static bool IsFiller(string text) => text.Replace("\"allow\": [", string.Empty, StringComparison.Ordinal).Trim(' ', '\t', '\r', '\n', ',', ']').Length == 0;

    private static IEnumerable<string?> Targets(string text) => PolicyReader.Read("/there/sandbox.json", Encoding.UTF8.GetBytes(text)).Allow.Select(static rule => rule.Target ?? rule.Command);

    /// <summary>A sound policy file as nobody would write it. Between a key and its colon the reader takes no comment.</summary>
    private sealed class RandomPolicy(Random random)
    {
        private readonly string _lineEnd = random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" };

        public string Text()
        {
            var keys = new[] { "$schema", "allow", "protect", "builtin" }.Where(_ => random.Next(3) > 0).OrderBy(_ => random.Next()).ToList();
            return (random.Next(4) == 0 ? "\ufeff" : "") + Gap() + "{" + List(keys.Select(key => $"{Key(key)} :{Gap()}{Value(key)}")) + "}" + Gap();
        }

        private string Value(string key) => key switch
        {
            "$schema" => "\"}ü, // [\"",
            "builtin" => random.Next(2) == 0 ? "true" : "false",
            "protect" => "[" + List(Enumerable.Range(0, random.Next(3)).Select(number => $"\"p{number}\"")) + "]",
            _ => "[" + List(Enumerable.Range(0, random.Next(4)).Select(Rule)) + "]",
        };

        private string Rule(int number) => "{" + List(random.Next(2) == 0
            ? [$"\"target\"\t:{Gap()}\"T{number}\""]
            : [$"\"command\":{Gap()}\"c{number} '] }} \\\" , // 🫧'\"", $"\"environment\":{Gap()}[{List(["\"A\""])}]"]) + "}";

        private string List(IEnumerable<string> members)
        {
            var all = members.ToList();
            return Gap() + string.Join($"{Gap()},{Gap()}", all) + Gap() + (all.Count > 0 && random.Next(3) == 0 ? "," + Gap() : "");
        }

        private string Key(string key) => random.Next(5) == 0 ? $"\"\\u{(int)key[0]:x4}{key[1..]}\"" : $"\"{key}\"";

        private string Gap() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(9) switch
        {
            0 => "/* ] } , \" ü */",
            1 => $"// ] }} , \" 🫧{_lineEnd}",
            2 or 3 => _lineEnd,
            4 => "\t",
            5 => "/**/",
            _ => " ",
        }));
    }
}
