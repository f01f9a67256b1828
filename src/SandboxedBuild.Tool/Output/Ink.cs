namespace SandboxedBuild.Tool.Output;

/// <summary>How a piece of a line looks on a terminal (ECMA-48, SGR). Colour only stresses what the words say already.</summary>
/// <param name="Code">The sequence's parameter; empty for plain text.</param>
internal readonly record struct Ink(string Code)
{
    public static Ink Plain { get; } = new(string.Empty);

    public static Ink Bold { get; } = new("1");

    public static Ink Faint { get; } = new("2");

    public static Ink Red { get; } = new("31");

    public static Ink Green { get; } = new("32");

    public static Ink Yellow { get; } = new("33");

    public static Ink Cyan { get; } = new("36");
}
