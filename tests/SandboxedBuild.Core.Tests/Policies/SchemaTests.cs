using System.Text;
using System.Text.Json.Nodes;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>The schema that editors have, and the reader that builds have, know the same form.</summary>
internal sealed class SchemaTests
{
    private static readonly JsonNode s_schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "sdk/SandboxedBuild.Sdk/schemas/sandbox.schema.json")))!;

    private static readonly string[] Accepted =
    [
        """{ }""",
        """{ "$schema": "x", "allow": [], "protect": [], "builtin": false }""",
        """{ "allow": [ { "target": "Docs" }, { "command": "npm ci" }, { "target": "A", "project": "a/*.csproj", "command": "b" } ] }""",
        """{ "allow": [ { "target": "A", "network": "Host", "paths": [ { "path": "~/.npm", "access": "ReadWrite" } ], "environment": [ "A", "B_*", "*" ] } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "memory": "2G", "cpu": 0.5, "processes": 7, "disk": "512", "fileSize": "1K", "openFiles": 16, "time": "90s" }, "protected": [ "a/**" ] } ], "protect": [ "b" ] }""",
    ];

    private static readonly string[] Refused =
    [
        """[]""",
        """{ "alow": [] }""",
        """{ "builtin": "no" }""",
        """{ "protect": [ "" ] }""",
        """{ "protect": [ "a", "a" ] }""",
        """{ "allow": [ { "project": "a" } ] }""",
        """{ "allow": [ { "target": "" } ] }""",
        """{ "allow": [ { "target": "A", "network": "host" } ] }""",
        """{ "allow": [ { "target": "A", "paths": [ { "path": "x" } ] } ] }""",
        """{ "allow": [ { "target": "A", "paths": [ { "path": "x", "access": "Write" } ] } ] }""",
        """{ "allow": [ { "target": "A", "environment": [ "A=b" ] } ] }""",
        """{ "allow": [ { "target": "A", "environment": [ "A*B" ] } ] }""",
        """{ "allow": [ { "target": "A", "environment": [ "A**" ] } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "memory": "0" } } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "cpu": 0 } } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "processes": 1.5 } } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "openFiles": 15 } } ] }""",
        """{ "allow": [ { "target": "A", "limits": { "time": "10" } } ] }""",
    ];

    [Test]
    public void They_have_the_same_keys_and_values()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Keys(s_schema), Is.EqualTo(PolicyKeys.Policy));
            Assert.That(Keys(s_schema["definitions"]!["rule"]!), Is.EqualTo(PolicyKeys.Rule));
            Assert.That(Keys(s_schema["definitions"]!["path"]!), Is.EqualTo(PolicyKeys.Path));
            Assert.That(Keys(s_schema["definitions"]!["limits"]!), Is.EqualTo(PolicyKeys.Limits));
            Assert.That(Values(s_schema["definitions"]!["rule"]!["properties"]!["network"]!), Is.EqualTo(Enum.GetNames<NetworkAccess>()));
            Assert.That(Values(s_schema["definitions"]!["path"]!["properties"]!["access"]!), Is.EqualTo(Enum.GetNames<MountAccess>()));
            Assert.That((string?)s_schema["$id"], Is.EqualTo(RuleText.Schema));
        }

        static IEnumerable<string> Keys(JsonNode definition) => definition["properties"]!.AsObject().Select(static property => property.Key);

        static IEnumerable<string?> Values(JsonNode property) => property["enum"]!.AsArray().Select(static value => (string?)value);
    }

    [TestCaseSource(nameof(Accepted))]
    public void What_one_accepts_the_other_does(string policy)
    {
        Assert.That(JsonSchema.Problem(JsonNode.Parse(policy)!, s_schema), Is.Null);
        Assert.That(() => Read(policy), Throws.Nothing);
    }

    [TestCaseSource(nameof(Refused))]
    public void What_one_refuses_the_other_does(string policy)
    {
        Assert.That(JsonSchema.Problem(JsonNode.Parse(policy)!, s_schema), Is.Not.Null);
        Assert.That(Refusal.Of(() => Read(policy)).Code, Is.EqualTo("SBX2002"));
    }

    [Test]
    public void Every_key_has_a_description_and_its_examples_are_sound()
    {
        foreach (var (where, text) in new[] { ("", "{0}"), ("rule", "{{ \"allow\": [ {{ \"target\": \"A\", {0} }} ] }}") })
        {
            var definition = where.Length == 0 ? s_schema : s_schema["definitions"]![where]!;
            foreach (var (key, property) in definition["properties"]!.AsObject())
            {
                var resolved = JsonSchema.Resolve(property!, s_schema);
                Assert.That((string?)(property!["description"] ?? resolved["description"]), Is.Not.Empty, key);
                foreach (var example in (property["examples"] ?? resolved["examples"])?.AsArray() ?? [])
                {
                    var member = where.Length == 0 ? $"{{ \"{key}\": {example!.ToJsonString()} }}" : key == "target" ? $"\"network\": \"None\"" : $"\"{key}\": {example!.ToJsonString()}";
                    Assert.That(() => Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, member)), Throws.Nothing, member);
                }
            }
        }
    }

    private static PolicyFile Read(string text) => PolicyReader.Read("/there/sandbox.json", Encoding.UTF8.GetBytes(text));
}
