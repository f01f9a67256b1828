using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace SandboxedBuild.Violations;

/// <summary>The host that a message of a failed connection names.</summary>
internal static partial class HostName
{
    private const int Patience = 1000;

    /// <summary>The host, with a port if there is one, or nothing.</summary>
    public static ImmutableArray<string> In(string line) =>
        new[] { AfterWord(), InUrl(), InBrackets(), Qualified() }.Select(pattern => pattern.Match(line)).FirstOrDefault(static match => match.Success) is { } found
            ? [found.Groups["port"] is { Success: true } port ? $"{found.Groups["host"].Value}:{port.Value}" : found.Groups["host"].Value]
            : [];

    /// <summary>curl, wget, git, ssh, Node.js: <c>Could not resolve host: HOST</c>, <c>connect to HOST port 80</c>, <c>getaddrinfo EAI_AGAIN HOST</c>.</summary>
    [GeneratedRegex(@"(could not resolve host(name)?:?|resolve host( address)?|resolve:|resolving|failed to connect to|connect to|connect ECONNREFUSED|ENETUNREACH|getaddrinfo (EAI_AGAIN|ENOTFOUND)|bad address)\s+['""‘“]?(?<host>[A-Za-z0-9][A-Za-z0-9._-]*|::1)((:| port )(?<port>[0-9]{1,5}))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, Patience)]
    private static partial Regex AfterWord();

    [GeneratedRegex(@"[a-z][a-z0-9+]*://(?<host>[A-Za-z0-9][A-Za-z0-9._-]*)(:(?<port>[0-9]{1,5}))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex InUrl();

    /// <summary>.NET: <c>Name or service not known (HOST:443)</c>.</summary>
    [GeneratedRegex(@"\((?<host>[A-Za-z0-9][A-Za-z0-9._-]*):(?<port>[0-9]{1,5})\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex InBrackets();

    [GeneratedRegex(@"(?<![\w/.])(?<host>([a-z0-9-]+\.)+[a-z]{2,})(:(?<port>[0-9]{1,5}))?(?![\w/(.]|:\s)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Qualified();
}
