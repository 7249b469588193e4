using SmmuConformance.Decode;

return DecodeCommand.Run(
    args,
    new(Console.In, Console.Out, Console.Error, Console.IsInputRedirected)
);
