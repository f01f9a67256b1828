using System.CommandLine;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Arguments that several commands have.</summary>
internal static class Arguments
{
    public static Argument<string> Id() => new("ID") { Description = "An overlay's id; the beginning of it, or of its part after the dash, is enough" };
}
