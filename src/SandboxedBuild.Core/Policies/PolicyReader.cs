using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>Reads a policy file, strictly: a key that is not known might be a mistyped one that was to forbid something.</summary>
internal static class PolicyReader
{
    /// <summary>Reads a project's policy file.</summary>
    /// <exception cref="SandboxException">It is not in the form of a policy.</exception>
    public static PolicyFile Read(string file, ReadOnlySpan<byte> text) => Read(file, text, PolicyScope.OfProject(file));

    /// <summary>Reads a policy file whose paths are relative to something else.</summary>
    /// <exception cref="SandboxException">It is not in the form of a policy.</exception>
    public static PolicyFile Read(string file, ReadOnlySpan<byte> text, PolicyScope scope)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        var tokens = new PolicyTokens(text);
        try
        {
            return ReadPolicy(ref tokens, file, scope);
        }
        catch (JsonException e)
        {
            throw Mistake(tokens.Position(e.LineNumber ?? 0, e.BytePositionInLine ?? 0), e.Message.Split(" LineNumber:")[0].TrimEnd('.'));
        }
        catch (PolicyMistakeException e)
        {
            throw Mistake(tokens.Position(e.Offset), e.Message);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // The current token's own: a glob that is none, text that is no Unicode.
            throw Mistake(tokens.Position(tokens.Offset), e.Message);
        }

        SandboxException Mistake((int Line, int Column) at, string reason) => InputDiagnostics.InvalidPolicy(file, at.Line, at.Column, reason).AsException();
    }

    /// <summary>Reads a rule that stands in no file.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static AllowRule ReadRule(string rule, PolicyScope scope)
    {
        var tokens = new PolicyTokens(Encoding.UTF8.GetBytes(rule));
        try
        {
            tokens.BeginObject("a rule");
            return RuleReader.Read(ref tokens, scope);
        }
        catch (Exception e) when (e is PolicyMistakeException or JsonException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static PolicyFile ReadPolicy(ref PolicyTokens tokens, string file, PolicyScope scope)
    {
        var policy = new PolicyFile(file, []) { IsUsers = scope.IsUsers };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        tokens.BeginObject("the policy");
        while (tokens.NextKey(seen, PolicyKeys.Policy, "a policy") is { } key)
        {
            switch (key)
            {
                case "allow":
                    policy = policy with { Allow = ReadRules(ref tokens, scope) };
                    break;
                case "protect":
                    policy = policy with { Protect = GrantReader.Globs(ref tokens, scope, "\"protect\"") };
                    break;
                case "builtin":
                    policy = policy with { BuiltIn = tokens.Flag("\"builtin\"") };
                    break;
                default:
                    tokens.Text($"\"{key}\"");
                    break;
            }
        }

        tokens.End();
        return policy;
    }

    private static ImmutableArray<AllowRule> ReadRules(ref PolicyTokens tokens, PolicyScope scope)
    {
        var rules = ImmutableArray.CreateBuilder<AllowRule>();
        tokens.BeginList("\"allow\"");
        while (tokens.NextElement())
        {
            tokens.ExpectObject("a rule");
            var start = tokens.Offset;
            var rule = RuleReader.Read(ref tokens, scope);
            if (rules.FirstOrDefault(rule.MeansTheSameAs) is { } other)
            {
                throw new PolicyMistakeException(start, other.Grants == rule.Grants
                    ? $"the rule in line {other.Line} says the same; remove one of them"
                    : $"the rule in line {other.Line} is for the same steps and grants something else; make them one");
            }

            rules.Add(rule);
        }

        return rules.DrainToImmutable();
    }
}
