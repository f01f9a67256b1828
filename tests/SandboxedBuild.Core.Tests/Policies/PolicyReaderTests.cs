using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a policy file may say, and where the mistakes are.</summary>
internal sealed class PolicyReaderTests
{
    [TestCase("{}", "")]
    [TestCase("""{ "allow": [] }""", "")]
    [TestCase("""{ "$schema": "x", "allow": [ { "target": "Docs" } ] }""", "Docs ")]
    [TestCase("""{ "allow": [ { "target": "A", "project": "a/*.csproj" }, { "project": "b", "target": "B" } ] }""", "A a/*.csproj;B b")]
    [TestCase("// why\n{ /* and */ \"allow\": [ { \"target\": \"A\", }, ], }", "A ", TestName = "comments and trailing commas")]
    [TestCase("\ufeff{ \"allow\": [ { \"target\": \"A\" } ] }", "A ", TestName = "a byte order mark")]
    [TestCase("""{ "allow": [ { "target": "\u0041ü\n" } ] }""", "Aü\n ", TestName = "escapes")]
    public void These_are_policies(string text, string rules) =>
        Assert.That(string.Join(';', Read(text).Allow.Select(static rule => $"{rule.Target} {rule.Project}")), Is.EqualTo(rules));

    [TestCase("", 1, 1)]
    [TestCase("\n\n", 3, 1)]
    [TestCase("[]", 1, 1)]
    [TestCase("\"text\"", 1, 1)]
    [TestCase("{", 1, 2)]
    [TestCase("{ \"allow\": [ { \"target\": \"A\" } ]", 1, 33)]
    [TestCase("{ \"alow\": [] }", 1, 3)]
    [TestCase("{\n  \"deny\": []\n}", 2, 3)]
    [TestCase("{ \"allow\": {} }", 1, 12)]
    [TestCase("{ \"allow\": \"A\" }", 1, 12)]
    [TestCase("{ \"allow\": null }", 1, 12)]
    [TestCase("{ \"allow\": [\n    \"A\"\n] }", 2, 5)]
    [TestCase("{ \"allow\": [ { \"target\": 1 } ] }", 1, 26)]
    [TestCase("{ \"allow\": [ { \"target\": \"\" } ] }", 1, 26)]
    [TestCase("{ \"allow\": [ { \"target\": null } ] }", 1, 26)]
    [TestCase("{ \"allow\": [\n  { \"project\": \"a\" }\n] }", 2, 20)]
    [TestCase("{ \"allow\": [\n  {\n    \"targets\": \"A\"\n  }\n] }", 3, 5)]
    [TestCase("{ \"allow\": [ { \"target\": \"A\", \"network\": \"Internet\" } ] }", 1, 42)]
    [TestCase("{ /* ü🫧 */ \"alow\": [] }", 1, 13, TestName = "columns count characters, as editors do")]
    [TestCase("\ufeff{ \"alow\": [] }", 1, 3, TestName = "a byte order mark is no column")]
    [TestCase("{\r\n  \"alow\": []\r\n}", 2, 3, TestName = "a carriage return ends no line of its own")]
    [TestCase("{ \"allow\": [ { \"target\": \"A\" } ] } x", 1, 36)]
    [TestCase("{ \"allow\": [ { \"target\": \"A\" } ] }{}", 1, 35)]
    [TestCase("{ \"allow\": [ { \"target\": \"A } ] }", 1, 34, TestName = "a string without an end")]
    [TestCase("{ 'allow': [] }", 1, 3)]
    public void A_mistake_is_told_with_file_and_line_and_column(string text, int line, int column)
    {
        var mistake = Refusal.Of(() => Read(text));
        Assert.That((mistake.Code, mistake.File, mistake.Line, mistake.Column), Is.EqualTo(("SBX2002", "/there/sandbox.json", line, column)), mistake.Message);
    }

    [TestCase("{ \"allow\": [], \"allow\": [ { \"target\": \"A\" } ] }")]
    [TestCase("{ \"allow\": [ { \"target\": \"A\", \"target\": \"B\" } ] }")]
    [TestCase("{ \"allow\": [ { \"target\": \"A\", \"project\": \"a\", \"project\": \"**\" } ] }")]
    public void The_same_key_twice_is_a_mistake(string text) => Assert.That(Refusal.Of(() => Read(text)).Code, Is.EqualTo("SBX2002"));

    [TestCase("{ \"allow\": [ { \"target\": \"\\ud800\" } ] }", TestName = "half a surrogate pair")]
    [TestCase("{ \"\\udc00\": 1 }", TestName = "half a surrogate pair in a key")]
    [TestCase("{ \"allow\": [ { \"target\": \"\u00ff\" } ] }", TestName = "no UTF-8")]
    public void Text_that_is_no_text_is_a_mistake(string latin) =>
        Assert.That(Refusal.Of(() => PolicyReader.Read("/there/sandbox.json", Encoding.Latin1.GetBytes(latin))).Code, Is.EqualTo("SBX2002"));

    [Test]
    public void Whatever_the_bytes_are_there_is_a_policy_or_a_mistake()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var sound = Encoding.UTF8.GetBytes("""{ "$schema": "x", /* c */ "allow": [ { "target": "Dücs", "project": "a/**/*.csproj" }, { "target": "B\n" } ] }""");
        for (var round = 0; round < 5000; round++)
        {
            var bytes = sound.ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveAt(at); break;
                    default: bytes.Insert(at, (byte)"{}[]\",:\\u/*\n\xff"[random.Next(13)]); break;
                }
            }

            try
            {
                PolicyReader.Read("/there/sandbox.json", bytes.ToArray());
            }
            catch (SandboxException e) when (e.Diagnostic is { Code: "SBX2002", Line: > 0, Column: > 0 })
            {
                // A mistake, told as one.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {Encoding.Latin1.GetString([.. bytes])}\n{e}");
            }
        }
    }

    private static PolicyFile Read(string text) => PolicyReader.Read("/there/sandbox.json", Encoding.UTF8.GetBytes(text));
}
